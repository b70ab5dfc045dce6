# SPDX-License-Identifier: GPL-2.0
# Close the lock beside other VMs as soon as in a crowd.
s/ \&\& (pvsched_crowded() || passed >= PVSCHED_PATIENCE \* (u64)max)//
