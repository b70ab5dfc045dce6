# SPDX-License-Identifier: GPL-2.0
# Count no untargeted yield.
s/pvsched_counter_inc(PVSCHED_LOCK_UNTARGETED_YIELDS);/;/
