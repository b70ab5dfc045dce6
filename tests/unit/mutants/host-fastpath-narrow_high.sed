# SPDX-License-Identifier: GPL-2.0
# Put the second word of a 32-bit caller at bit 64.
s/(args <= U32_MAX \&\& !kvm_rcx_read_raw(vcpu))/args <= U32_MAX/
