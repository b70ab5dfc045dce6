# SPDX-License-Identifier: GPL-2.0
# Fold vCPUs that are not alike.
s/ || c->reason == PVSCHED_CAPACITY_UNLIKE//
