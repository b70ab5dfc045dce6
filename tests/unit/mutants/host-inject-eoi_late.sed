# SPDX-License-Identifier: GPL-2.0
# End an interrupt after the request that this makes was cleared.
s/if (kvm_test_request(KVM_REQ_EVENT, vcpu) \&\& !pvsched_sync_eoi(vcpu))/if (0)/
s/	if (pvsched_inject_event(vcpu) \&\& !pvsched_must_leave(vcpu))/	if (pvsched_sync_eoi(vcpu) \&\& pvsched_inject_event(vcpu) \&\& !pvsched_must_leave(vcpu))/
