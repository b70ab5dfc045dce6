# SPDX-License-Identifier: GPL-2.0
# Yield where only the part that folds is offered.
s/return BIT(PVSCHED_PART_FOLD);/return GENMASK(PVSCHED_NR_PARTS - 1, 0);/
