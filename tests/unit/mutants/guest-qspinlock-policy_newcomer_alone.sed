# SPDX-License-Identifier: GPL-2.0
# Leave a preempted lock holder to a queue head that sleeps.
s/return holder < 0 || !pvsched_lock_active() || /return holder < 0 || true || /
