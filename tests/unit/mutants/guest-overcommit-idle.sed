# SPDX-License-Identifier: GPL-2.0
# Count idle vCPUs.
s/if (idle_cpu(cpu))/if (0)/
