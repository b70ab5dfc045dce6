# SPDX-License-Identifier: GPL-2.0
# Name a target where the host is to choose.
s/kvm_hypercall4(KVM_HC_PVSCHED_YIELD, 0, 0, 0, reason)/kvm_hypercall4(KVM_HC_PVSCHED_YIELD, 1, 0, 0, reason)/
