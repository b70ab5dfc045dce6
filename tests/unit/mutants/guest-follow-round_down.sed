# SPDX-License-Identifier: GPL-2.0
# A fraction counts as nothing.
s/ + !!(capacity % PVSCHED_CAPACITY_CPU)//
