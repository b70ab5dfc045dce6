# SPDX-License-Identifier: GPL-2.0
# Name the first preempted target only.
s/pvsched_window_add(&window, cpu);/{ pvsched_window_add(\&window, cpu); break; }/
