# SPDX-License-Identifier: GPL-2.0
# Take one pass.
s/PVSCHED_PASSES	4/PVSCHED_PASSES	1/
