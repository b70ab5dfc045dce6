# SPDX-License-Identifier: GPL-2.0
# A caller that stays keeps the turn that its target took.
/^static void pvsched_take_lag/,/^}/s/pvsched_take_turn(se, &turn, .*/;/
