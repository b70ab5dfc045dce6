# SPDX-License-Identifier: GPL-2.0
# Take one that is about to wake up for one that runs.
s/!is_idle_task(cpu_curr_snapshot(cpu))/true/
