# SPDX-License-Identifier: GPL-2.0
# Compare with the time of one vCPU.
s/passed \* all \* PVSCHED_STEAL_HIGH/passed * PVSCHED_STEAL_HIGH/
