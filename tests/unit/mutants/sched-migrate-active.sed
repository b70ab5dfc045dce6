# SPDX-License-Identifier: GPL-2.0
# Move a task to a CPU that goes away.
s/cpu_active(cpu_of(to))/true/
