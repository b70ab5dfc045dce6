# SPDX-License-Identifier: GPL-2.0
# Keep shares as coarse as the number is.
s/PVSCHED_FINE_SHIFT	10/PVSCHED_FINE_SHIFT	0/
