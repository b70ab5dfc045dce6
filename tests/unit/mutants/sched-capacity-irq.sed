# SPDX-License-Identifier: GPL-2.0
# Count time that interrupts take.
s/ - min_t(u32, cpu_util_irq(rq), PVSCHED_ONE_CPU)//
