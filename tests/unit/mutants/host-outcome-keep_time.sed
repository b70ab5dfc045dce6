# SPDX-License-Identifier: GPL-2.0
# Let the time run on in the guest.
s/xchg(&vcpu->arch.pvsched.granted_at, 0)/vcpu->arch.pvsched.granted_at/
