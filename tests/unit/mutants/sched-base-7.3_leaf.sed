# SPDX-License-Identifier: GPL-2.0
# Take a position for one in the order of a group.
/VERSION_MAJOR >= 7/,/^#else/s/return &rq->cfs;/return task_group(p)->cfs_rq[cpu_of(rq)];/
