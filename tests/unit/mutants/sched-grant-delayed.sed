# SPDX-License-Identifier: GPL-2.0
# Grant a target whose dequeue is delayed.
s/ || p->se.sched_delayed//
