# SPDX-License-Identifier: GPL-2.0
# Invite a TLB flush inside an exit.
s/return PVSCHED_VCPU_OFF_CPU;/return PVSCHED_VCPU_OFF_CPU | PVSCHED_VCPU_PREEMPTED;/
