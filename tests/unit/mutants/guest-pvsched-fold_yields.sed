# SPDX-License-Identifier: GPL-2.0
# Fold only where the host has the yield.
s/return BIT(PVSCHED_PART_FOLD);/return 0;/
