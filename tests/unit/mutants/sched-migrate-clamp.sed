# SPDX-License-Identifier: GPL-2.0
# Take a position out of bounds.
/^\t\tpvsched_clamp_turn(turn/,/;$/d
