# SPDX-License-Identifier: GPL-2.0
# Keep others from looking for ever.
s/clear_bit_unlock(PVSCHED_LOOKING, \&vm->looking);/;/
