# SPDX-License-Identifier: GPL-2.0
# Use x2APIC clusters where other modes are in use.
s/(!physical || dest == APIC_BROADCAST)/(dest == APIC_BROADCAST)/
