# SPDX-License-Identifier: GPL-2.0
# Cancel although nothing was injected.
/^static bool pvsched_handle_event/,/^}/s/if (!pvsched_is_plain(vcpu))/& kvm_x86_call(cancel_injection)(vcpu);\n	if (!pvsched_is_plain(vcpu))/
