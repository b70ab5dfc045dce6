# SPDX-License-Identifier: GPL-2.0
# Count the caller.
s/(rq->cfs.h_nr_delayed) - 1;/(rq->cfs.h_nr_delayed);/
