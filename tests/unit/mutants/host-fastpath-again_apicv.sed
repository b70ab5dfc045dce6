# SPDX-License-Identifier: GPL-2.0
# Enter again without a look at posted interrupts.
s/kvm_vcpu_apicv_active(vcpu) || trace/trace/
