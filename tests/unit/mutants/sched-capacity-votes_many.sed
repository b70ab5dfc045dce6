# SPDX-License-Identifier: GPL-2.0
# Count without a bound.
s/min(c->votes + 1, PVSCHED_VOTE_MAX)/c->votes + 1/
