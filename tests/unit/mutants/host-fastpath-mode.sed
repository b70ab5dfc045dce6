# SPDX-License-Identifier: GPL-2.0
# Send what is no fixed interrupt as one.
s/if ((data \& APIC_MODE_MASK) != APIC_DM_FIXED)/if (0)/
