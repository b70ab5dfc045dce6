# SPDX-License-Identifier: GPL-2.0
# Say that a vCPU that comes twice takes turns.
s/vm->last != vcpu \&\& now/now/
