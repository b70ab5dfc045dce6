# SPDX-License-Identifier: GPL-2.0
# Count vCPUs about to sleep.
s/ \&\& !READ_ONCE(p->se.sched_delayed)//
