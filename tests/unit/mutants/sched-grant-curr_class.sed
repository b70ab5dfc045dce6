# SPDX-License-Identifier: GPL-2.0
# Take the CPU from a higher class.
s/rq->curr->sched_class != &fair_sched_class/false/
