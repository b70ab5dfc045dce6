# SPDX-License-Identifier: GPL-2.0
# Yield although every vCPU has a CPU.
/!kvm_para_has_hint(KVM_HINTS_REALTIME) &&/d
