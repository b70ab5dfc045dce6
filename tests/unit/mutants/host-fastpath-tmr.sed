# SPDX-License-Identifier: GPL-2.0
# Post over a level-triggered interrupt.
s/test_bit(VEC_POS(vector), apic->regs + APIC_TMR + REG_POS(vector))/0/
