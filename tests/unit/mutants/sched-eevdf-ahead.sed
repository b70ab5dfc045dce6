# SPDX-License-Identifier: GPL-2.0
# Bound a turn on the other side only.
s/clamp(lag, -limit, limit)/min_t(s64, lag, limit)/
