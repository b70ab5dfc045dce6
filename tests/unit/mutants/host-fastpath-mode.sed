# SPDX-License-Identifier: GPL-2.0
# Send what is no fixed interrupt as one.
s/APIC_MODE_MASK | APIC_INT_LEVELTRIG/APIC_INT_LEVELTRIG/
