# SPDX-License-Identifier: GPL-2.0
# Take for a turn what was long ago.
s/vm->last != vcpu \&\& now - vm->seen < PVSCHED_LATELY_NS/vm->last != vcpu/
