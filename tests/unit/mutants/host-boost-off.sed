# SPDX-License-Identifier: GPL-2.0
# Choose although switched off.
s/^\tif (!READ_ONCE(pvsched_boost))$/\tif (false)/
