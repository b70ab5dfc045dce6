# SPDX-License-Identifier: GPL-2.0
# Fetch for a caller that shares its CPU.
/left = task_cpu/!s/if (single_task_running())/if (true)/
