# SPDX-License-Identifier: GPL-2.0
# Post over a level-triggered interrupt.
s/!apic_test_vector(vector, apic->regs + APIC_TMR)/true/
