# SPDX-License-Identifier: GPL-2.0
# Take a caller that keeps its CPU for one that left.
s/left = task_cpu(task) == raw_smp_processor_id();/left = true;/
