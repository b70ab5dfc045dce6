# SPDX-License-Identifier: GPL-2.0
# Give the target a turn, and take none from it.
s/^	pvsched_set_turn(from, &a);//
