# SPDX-License-Identifier: GPL-2.0
# Yield to folded CPUs for good.
s/ + PVSCHED_FOLD_HELP/ + (1ULL << 62)/
