# SPDX-License-Identifier: GPL-2.0
# Let a rest of another length be as long as it is.
s/clamp(rest, 0, (s64)calc_delta_fair(se->slice, se))/rest/
