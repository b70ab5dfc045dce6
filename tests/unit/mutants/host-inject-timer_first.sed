# SPDX-License-Identifier: GPL-2.0
# Look for the timer before its request is cleared.
/^	kvm_clear_request(KVM_REQ_UNBLOCK, vcpu);$/d
s/^	\/\* An EOI requests an event itself.*$/	kvm_clear_request(KVM_REQ_UNBLOCK, vcpu);/
