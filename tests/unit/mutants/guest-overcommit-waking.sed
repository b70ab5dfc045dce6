# SPDX-License-Identifier: GPL-2.0
# Take a vCPU that is about to wake up for one that runs.
s/!pvsched_runs_idle_task(cpu)/true/
