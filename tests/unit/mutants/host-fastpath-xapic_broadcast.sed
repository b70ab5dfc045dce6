# SPDX-License-Identifier: GPL-2.0
# Forget that 255 is a broadcast to those in xAPIC mode.
s/ || dest == APIC_BROADCAST))/))/
