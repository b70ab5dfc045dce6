# SPDX-License-Identifier: GPL-2.0
# Let the guest read the busy bit.
s/data \& ~APIC_ICR_BUSY/data/
