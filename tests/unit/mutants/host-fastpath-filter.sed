# SPDX-License-Identifier: GPL-2.0
# Ignore the filter of MSRs.
s/rcu_access_pointer(vcpu->kvm->arch.msr_filter)/0/
