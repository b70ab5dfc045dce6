# SPDX-License-Identifier: GPL-2.0
# Take nothing for what a stranger used.
s/pvsched_level_add_sleepers(level, strangers.util_avg);/;/
