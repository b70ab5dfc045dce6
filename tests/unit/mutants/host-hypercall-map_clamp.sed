# SPDX-License-Identifier: GPL-2.0
# Take an ID past the end for the first one.
s/if (apic_id > map->max_apic_id)/if (0)/
