# SPDX-License-Identifier: GPL-2.0
# Leave out a preempted vCPU whose idle task is current.
s/return vcpu_is_preempted(cpu);/return vcpu_is_preempted(cpu) \&\& !idle_cpu(cpu);/
