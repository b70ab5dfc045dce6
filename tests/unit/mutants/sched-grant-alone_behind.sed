# SPDX-License-Identifier: GPL-2.0
# Let a sibling fall behind without a bound.
s/^	    !pvsched_is_far_behind(best))/	    true)/
