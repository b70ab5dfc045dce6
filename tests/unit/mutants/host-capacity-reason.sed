# SPDX-License-Identifier: GPL-2.0
# Take the number for known when switched off.
s/number ? vm->capacity.reason : PVSCHED_CAPACITY_OFF/vm->capacity.reason/
