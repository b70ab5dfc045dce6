# SPDX-License-Identifier: GPL-2.0
# Answer a hypercall that userspace asked for.
s/vcpu->kvm->arch.hypercall_exit_enabled \& BIT(nr)/0/
