# SPDX-License-Identifier: GPL-2.0
# Write to guest memory from inside the dirty ring.
s/!vcpu->kvm->dirty_ring_size && //
