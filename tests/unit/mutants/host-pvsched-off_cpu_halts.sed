# SPDX-License-Identifier: GPL-2.0
# Report a vCPU that is about to sleep.
s|return vcpu->arch.mp_state == KVM_MP_STATE_RUNNABLE && |return |
