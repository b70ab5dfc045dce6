# SPDX-License-Identifier: GPL-2.0
# Inject above an interrupt that the guest has ended, and KVM has not.
s/!arch->apic_attention;/!test_bit(KVM_APIC_CHECK_VAPIC, \&arch->apic_attention);/
