# SPDX-License-Identifier: GPL-2.0
# Forget that lag of a tick is always allowed.
s/max_t(u64, 2 \* slice, tick)/2 * slice/
