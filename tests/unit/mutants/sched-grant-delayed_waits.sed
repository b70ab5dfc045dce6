# SPDX-License-Identifier: GPL-2.0
# Count tasks that sleep.
s/ - READ_ONCE(rq->cfs.h_nr_delayed)//
