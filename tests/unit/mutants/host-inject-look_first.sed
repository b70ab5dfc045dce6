# SPDX-License-Identifier: GPL-2.0
# Look for events before their request is cleared.
/^static __always_inline bool pvsched_may_inject/,/^}/s/if (!pvsched_state_is_simple(vcpu))/if (!pvsched_state_is_simple(vcpu) || !pvsched_is_plain(vcpu))/
/^static __always_inline bool pvsched_may_inject/i static bool pvsched_is_plain(struct kvm_vcpu *vcpu);
/^static bool pvsched_handle_event/,/^}/s/if (!pvsched_is_plain(vcpu))/if (0)/
