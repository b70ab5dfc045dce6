# SPDX-License-Identifier: GPL-2.0
# See no interrupt without APICv.
s/return READ_ONCE(vcpu->arch.apic->irr_pending);/return false;/
