# SPDX-License-Identifier: GPL-2.0
# Begin a slice of the base.
s/calc_delta_fair(pvsched_slice_ns(se, se->slice), se)/calc_delta_fair(se->slice, se)/
