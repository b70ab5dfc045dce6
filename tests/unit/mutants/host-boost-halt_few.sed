# SPDX-License-Identifier: GPL-2.0
# Leave the CPU to who was named only.
s/look->reason\[HERE\] <= PVSCHED_IRQS_OFF/look->reason[HERE] <= PVSCHED_NAMED/
