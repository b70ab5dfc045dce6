# SPDX-License-Identifier: GPL-2.0
# Let a longer slice be kept as the slice, which bounds lag.
s/return pvsched_longer_slice_ns(slice);/return se->slice = pvsched_longer_slice_ns(slice);/
