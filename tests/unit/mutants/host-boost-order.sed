# SPDX-License-Identifier: GPL-2.0
# Rank a vCPU that left with interrupts off as one in kernel mode.
s/return PVSCHED_IRQS_OFF;/return PVSCHED_KERNEL;/
