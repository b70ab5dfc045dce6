# SPDX-License-Identifier: GPL-2.0
# Count less than none.
s/return max(waiting, 0);/return waiting;/
