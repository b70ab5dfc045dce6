# SPDX-License-Identifier: GPL-2.0
# Take the lag of a position as it is.
/^static void pvsched_take_lag/,/^}/{/pvsched_clamp_turn/d;/calc_delta_fair(se->slice, se));/d}
