# SPDX-License-Identifier: GPL-2.0
# Look into a local APIC that is not there.
s/!lapic_in_kernel(vcpu) || //
