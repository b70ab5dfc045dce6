# SPDX-License-Identifier: GPL-2.0
# Take a vCPU that sleeps for a lock for one that runs.
s/!READ_ONCE(per_cpu(pvsched_asleep, cpu))/true/
