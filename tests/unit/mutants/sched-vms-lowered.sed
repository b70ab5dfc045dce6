# SPDX-License-Identifier: GPL-2.0
# Keep to what was spent under other limits.
s/clamp(vms->spent, now, limit)/vms->spent > now ? vms->spent : now/
