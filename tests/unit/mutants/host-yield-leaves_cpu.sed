# SPDX-License-Identifier: GPL-2.0
# Take a caller that keeps its CPU for one that leaves.
s/leaves_cpu = task_cpu(task) == raw_smp_processor_id();/leaves_cpu = true;/
