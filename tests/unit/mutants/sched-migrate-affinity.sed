# SPDX-License-Identifier: GPL-2.0
# Move a task where it may not run.
s/cpumask_test_cpu(cpu_of(to), READ_ONCE(p->cpus_ptr))/true/
