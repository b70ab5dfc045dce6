# SPDX-License-Identifier: GPL-2.0
# Take who left with interrupts off for one in kernel mode.
s/return PVSCHED_IRQS_OFF;/return PVSCHED_KERNEL;/
