# SPDX-License-Identifier: GPL-2.0
# As patient in a crowd as beside other VMs.
s/(pvsched_crowded() || passed/(passed/
