# SPDX-License-Identifier: GPL-2.0
# Keep an injection although the vCPU leaves.
s/kvm_x86_call(cancel_injection)(vcpu);//
