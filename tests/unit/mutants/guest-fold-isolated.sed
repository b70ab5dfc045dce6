# SPDX-License-Identifier: GPL-2.0
# Fold isolated CPUs like others.
s/if (cpu_active(cpu) && !cpu_is_isolated(cpu))/if (cpu_active(cpu))/
