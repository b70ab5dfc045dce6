# SPDX-License-Identifier: GPL-2.0
# Skip an instruction that the guest single-steps.
s/(kvm_x86_call(get_rflags)(vcpu) & X86_EFLAGS_TF)/0/
