# SPDX-License-Identifier: GPL-2.0
# Name the first preempted target only.
s/^\t\t\tpvsched_window_add(&window, cpu);/\t\t\t{ pvsched_window_add(\&window, cpu); break; }/
