# SPDX-License-Identifier: GPL-2.0
# A newcomer leaves a preempted holder to the head, which sleeps.
s/return holder < 0 || !pvsched_lock_active() || /return holder < 0 || true || /
