# SPDX-License-Identifier: GPL-2.0
# A folded CPU does not look at its tasks.
s/^\t\tpvsched_leave(cpu);/\t\t;/
