# SPDX-License-Identifier: GPL-2.0
# By steal time, look at one CPU.
s/sum += paravirt_steal_clock(cpu);/sum = paravirt_steal_clock(cpu);/
