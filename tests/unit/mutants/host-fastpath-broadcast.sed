# SPDX-License-Identifier: GPL-2.0
# Look a broadcast up as an ID.
s/ || dest == X2APIC_BROADCAST//
