# SPDX-License-Identifier: GPL-2.0
# Answer in xAPIC mode.
s/(needs \& PVSCHED_NEEDS_X2APIC)/0/
