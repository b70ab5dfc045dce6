# SPDX-License-Identifier: GPL-2.0
# Keep what was known when switched off.
s/vcpu->kvm->arch.pvsched.capacity = (struct pvsched_capacity) { };/;/
