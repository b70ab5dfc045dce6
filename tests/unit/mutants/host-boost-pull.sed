# SPDX-License-Identifier: GPL-2.0
# Fetch for a caller that shares its CPU.
s/if (boost && single_task_running())/if (boost)/
