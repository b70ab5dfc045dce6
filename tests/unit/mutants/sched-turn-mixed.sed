# SPDX-License-Identifier: GPL-2.0
# Take a group with several tasks for a vCPU.
s/if (cfs_rq->h_nr_queued != 1)/if (0)/
