# SPDX-License-Identifier: GPL-2.0
# Look at the number in each tick of each CPU.
s/return time_after_eq64(now, .*/return true;/
