# SPDX-License-Identifier: GPL-2.0
# Take any slice.
s/min(READ_ONCE(pvsched_slice_us), PVSCHED_MAX_SLICE_US)/READ_ONCE(pvsched_slice_us)/
