# SPDX-License-Identifier: GPL-2.0
# Trust a sample that was preempted.
s/else if (steal == paravirt_steal_clock(smp_processor_id()))/else/
