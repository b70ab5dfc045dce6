# SPDX-License-Identifier: GPL-2.0
# Take any rest of a slice.
s/clamp(rest, 0, slice)/rest/
