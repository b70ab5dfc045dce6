# SPDX-License-Identifier: GPL-2.0
# CPUs that are gone have a place.
s/if (cpu_active(cpu) && !cpu_is_isolated(cpu))/if (!cpu_is_isolated(cpu))/
