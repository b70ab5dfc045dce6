# SPDX-License-Identifier: GPL-2.0
# Take the last ID for a missing one.
s/apic_id > map->max_apic_id/apic_id >= map->max_apic_id/
