# SPDX-License-Identifier: GPL-2.0
# Accept a reason that is not known.
s/ || (reason & ~PVSCHED_YIELD_REASONS)//
