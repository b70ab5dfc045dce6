# SPDX-License-Identifier: GPL-2.0
# Count vCPUs that are idle.
s/if (idle_cpu(cpu))/if (0)/
