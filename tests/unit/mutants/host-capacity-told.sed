# SPDX-License-Identifier: GPL-2.0
# Ask for the record at every entry.
s/	vcpu->arch.pvsched.told = number;/	;/
