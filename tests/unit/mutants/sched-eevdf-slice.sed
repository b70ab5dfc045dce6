# SPDX-License-Identifier: GPL-2.0
# Bound lag by one slice.
s/max_t(u64, 2 \* slice, tick)/max_t(u64, slice, tick)/
