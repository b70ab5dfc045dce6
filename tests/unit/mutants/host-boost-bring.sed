# SPDX-License-Identifier: GPL-2.0
# Bring a target here although switched off.
s/if (boost && single_task_running())/if (single_task_running())/
