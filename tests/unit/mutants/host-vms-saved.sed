# SPDX-License-Identifier: GPL-2.0
# Let the budget grow while nobody takes from it.
s/clamp(vms->spent, now, limit)/vms->spent < limit ? vms->spent : limit/
