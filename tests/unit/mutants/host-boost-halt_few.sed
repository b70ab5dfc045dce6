# SPDX-License-Identifier: GPL-2.0
# Direct the CPU to a vCPU that was named only.
s/scan->reason\[LOCAL\] <= PVSCHED_IRQS_OFF/scan->reason[LOCAL] <= PVSCHED_HINTED/
