# SPDX-License-Identifier: GPL-2.0
# Yield to folded CPUs for good.
s/ < (s64)PVSCHED_FOLD_HELP/ < 0x7fffffffffffffffll/
