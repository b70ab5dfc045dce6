# SPDX-License-Identifier: GPL-2.0
# Take the writing of 0 for a deadline.
s/kvm_x86_ops.set_hv_timer || !deadline ||/kvm_x86_ops.set_hv_timer ||/
