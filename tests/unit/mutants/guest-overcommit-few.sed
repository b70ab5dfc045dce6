# SPDX-License-Identifier: GPL-2.0
# Take a few vCPUs more than the peak for overcommitment.
s/ && s->wanting > peak + PVSCHED_OVERCOMMIT_SLACK//
