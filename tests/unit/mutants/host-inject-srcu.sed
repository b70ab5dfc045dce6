# SPDX-License-Identifier: GPL-2.0
# Read guest memory outside of the SRCU section.
/^bool __pvsched_fast_inject/,/^}/s/kvm_vcpu_srcu_read_[a-z]*(vcpu);//
