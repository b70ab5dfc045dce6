# SPDX-License-Identifier: GPL-2.0
# Take the choice of a scan that began later for an old one.
s/(s64)(now - READ_ONCE(vcpu->arch.pvsched.boosted_at))/now - READ_ONCE(vcpu->arch.pvsched.boosted_at)/
