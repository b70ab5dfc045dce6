# SPDX-License-Identifier: GPL-2.0
# Look at every entry.
s/WRITE_ONCE(vm->period, .*/pvsched_look_again(vcpu);/
