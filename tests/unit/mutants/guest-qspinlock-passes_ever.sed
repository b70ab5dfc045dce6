# SPDX-License-Identifier: GPL-2.0
# Never close it beside other VMs.
s/ || passed >= PVSCHED_PATIENCE \* (u64)max)/)/
