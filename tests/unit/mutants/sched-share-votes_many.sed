# SPDX-License-Identifier: GPL-2.0
# Let one stranger outvote any number of vCPUs.
s/(u64)look->foreign \* PVSCHED_ONE_CPU \* 64 > look->share/look->foreign/
