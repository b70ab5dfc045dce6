# SPDX-License-Identifier: GPL-2.0
# Keep the CPU although the target is next.
s/^	if (need_resched())$/	if (false)/
