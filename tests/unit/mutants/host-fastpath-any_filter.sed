# SPDX-License-Identifier: GPL-2.0
# Leave every access alone if any MSR is filtered.
s/!kvm_msr_allowed(vcpu, kvm_rcx_read_raw(vcpu), KVM_MSR_FILTER_WRITE)/true/
