# SPDX-License-Identifier: GPL-2.0
# Put all times of a power of two together.
s/(shift << PVSCHED_HIST_BITS) + (ns >> shift)/(shift + 1) << PVSCHED_HIST_BITS/
