# SPDX-License-Identifier: GPL-2.0
# Take every shorthand for the one of a destination.
s/else if ((data \& APIC_SHORT_MASK) == APIC_DEST_NOSHORT)/else if (1)/
