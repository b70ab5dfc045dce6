# SPDX-License-Identifier: GPL-2.0
# Lose an event that could not be injected.
/kvm_request_pending(vcpu)) {/,/}/s/kvm_make_request(KVM_REQ_EVENT, vcpu);//
