# SPDX-License-Identifier: GPL-2.0
# Believe the leaves of a CPU without a hypervisor.
s/if (!(sys__cpuid(1).ecx.*/if (0)/
