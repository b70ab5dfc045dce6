# SPDX-License-Identifier: GPL-2.0
# hangs
# Let a newcomer yield although switched off.
s/return holder < 0 || !pvsched_lock_active() || /return holder < 0 || /
