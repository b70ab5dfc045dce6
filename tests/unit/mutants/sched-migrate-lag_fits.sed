# SPDX-License-Identifier: GPL-2.0
# The lag of another queue is taken.
/^static void pvsched_take_lag/,/^}/s/ && pvsched_fits(pos, p, rq_clock(rq))//
