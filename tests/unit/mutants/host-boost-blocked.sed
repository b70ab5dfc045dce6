# SPDX-License-Identifier: GPL-2.0
# Choose a vCPU that sleeps with nothing to do.
s/kvm_vcpu_is_blocking(vcpu) \&\& !pending/false/
