# SPDX-License-Identifier: GPL-2.0
# Overwrite the mark of a kick.
/^bool __pvsched_fast_inject/,/^}/s/	kvm_vcpu_srcu_read_lock(vcpu);/	vcpu->mode = IN_GUEST_MODE;\n&/
/^static __always_inline bool pvsched_may_inject/,/^}/s/READ_ONCE(vcpu->mode) != IN_GUEST_MODE/false/
