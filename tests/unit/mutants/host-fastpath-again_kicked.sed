# SPDX-License-Identifier: GPL-2.0
# Enter again although the vCPU was kicked.
s/READ_ONCE(vcpu->mode) != IN_GUEST_MODE || kvm/kvm/
