# SPDX-License-Identifier: GPL-2.0
# Do not bound what a VM is owed.
/^\tvm->owed = min(vm->owed, PVSCHED_PREEMPT_BURST);/d
