# SPDX-License-Identifier: GPL-2.0
# Look while another vCPU does.
s/ || test_and_set_bit_lock(PVSCHED_LOOKING, \&vm->looking)//
