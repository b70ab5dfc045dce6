# SPDX-License-Identifier: GPL-2.0
# Read past the end of the table.
s/if (apic_id > map->max_apic_id)/if (0)/
s/apic_id = array_index_nospec(.*$/unit_lookups++;/
