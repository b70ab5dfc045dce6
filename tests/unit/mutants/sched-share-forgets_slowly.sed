# SPDX-License-Identifier: GPL-2.0
# Count what a step saw for as much as all looks before it.
s/mean->looks = 1;/mean->looks = PVSCHED_MEAN_LOOKS;/
