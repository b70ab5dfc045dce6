# SPDX-License-Identifier: GPL-2.0
# Let the budget grow while nothing is taken from it.
s/clamp(vms->spent, now, limit)/vms->spent < limit ? vms->spent : limit/
