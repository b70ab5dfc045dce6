# SPDX-License-Identifier: GPL-2.0
# Enter again although somebody waits for the vCPU to leave.
s/READ_ONCE(vcpu->mode) != IN_GUEST_MODE || kvm/kvm/
