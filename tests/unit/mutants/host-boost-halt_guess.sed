# SPDX-License-Identifier: GPL-2.0
# Leave the CPU to whoever is found.
s/look->vcpu\[HERE\] && look->reason\[HERE\] <= PVSCHED_IRQS_OFF/look->vcpu[HERE]/
