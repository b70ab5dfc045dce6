# SPDX-License-Identifier: GPL-2.0
# Fold vCPUs that are not alike.
s/return PVSCHED_CAPACITY_UNLIKE;/return PVSCHED_CAPACITY_SHARE;/
