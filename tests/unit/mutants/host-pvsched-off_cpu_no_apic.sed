# SPDX-License-Identifier: GPL-2.0
# Report a vCPU that may sleep in userspace.
s/lapic_in_kernel(vcpu)/true/
