# SPDX-License-Identifier: GPL-2.0
# Write a record that is not registered.
s/vcpu->arch.st.msr_val \& KVM_MSR_ENABLED \&\&/1 \&\&/
