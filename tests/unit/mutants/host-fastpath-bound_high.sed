# SPDX-License-Identifier: GPL-2.0
# Count the low word of targets only.
s/ + hweight64(kvm_rcx_read_raw(vcpu)) <=/ <=/
