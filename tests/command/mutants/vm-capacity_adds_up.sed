# SPDX-License-Identifier: GPL-2.0
# What a VM can have is taken for a sum.
s/vm->capacity = value;/vm->capacity += value + 1;/
