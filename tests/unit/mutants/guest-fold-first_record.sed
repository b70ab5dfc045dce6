# SPDX-License-Identifier: GPL-2.0
# All CPUs read the record of the first.
s/this_cpu_ptr(&steal_time)/per_cpu_ptr(\&steal_time, 0)/
