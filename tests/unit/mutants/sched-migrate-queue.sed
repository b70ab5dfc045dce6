# SPDX-License-Identifier: GPL-2.0
# Take a position of another queue.
s/ \&\& pos->queue == pvsched_queue_on(p, cpu_rq(pos->cpu))//
