# SPDX-License-Identifier: GPL-2.0
# Take a stranger that comes for a moment for one that stays.
s/cpumask_test_cpu(cpu, cpus->stayed) ||/1 ||/
