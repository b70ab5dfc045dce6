# SPDX-License-Identifier: GPL-2.0
# Let what is owed grow.
/^\tvm->owed = min(vm->owed, burst);/d
