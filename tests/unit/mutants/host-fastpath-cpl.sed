# SPDX-License-Identifier: GPL-2.0
# Answer user mode.
s/if (kvm_x86_call(get_cpl)(vcpu))/if (0)/
