# SPDX-License-Identifier: GPL-2.0
# Bound a turn on one side only.
s/clamp(lag, -limit, limit)/max_t(s64, lag, -limit)/
