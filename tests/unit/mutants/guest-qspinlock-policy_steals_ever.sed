# SPDX-License-Identifier: GPL-2.0
# Never close the lock beside other VMs.
s/ || steals >= PVSCHED_STEAL_FACTOR \* (u64)max)/)/
