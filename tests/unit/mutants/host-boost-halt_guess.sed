# SPDX-License-Identifier: GPL-2.0
# Direct the CPU to any vCPU that is found.
s/scan->vcpu\[LOCAL\] && scan->reason\[LOCAL\] <= PVSCHED_IRQS_OFF/scan->vcpu[LOCAL]/
