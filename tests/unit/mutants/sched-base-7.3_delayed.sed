# SPDX-License-Identifier: GPL-2.0
# Count tasks that sleep.
/VERSION_MAJOR >= 7/,/^#else/s/ - READ_ONCE(rq->cfs.h_nr_runnable)//
