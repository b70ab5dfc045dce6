# SPDX-License-Identifier: GPL-2.0
# Take a position, or its lag, out of bounds.
/^	pvsched_clamp_turn(turn/,/;$/d
