# SPDX-License-Identifier: GPL-2.0
# Send a level as an edge.
s/APIC_MODE_MASK | APIC_INT_LEVELTRIG/APIC_MODE_MASK/
