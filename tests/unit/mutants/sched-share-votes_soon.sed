# SPDX-License-Identifier: GPL-2.0
# Let vCPUs be votes after one look.
s/PVSCHED_VOTE_ON		8/PVSCHED_VOTE_ON		1/
