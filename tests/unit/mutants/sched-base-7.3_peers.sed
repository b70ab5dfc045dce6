# SPDX-License-Identifier: GPL-2.0
# Swap tasks of any two weights.
/VERSION_MAJOR >= 7/,/^#else/s/return w_a <= PVSCHED_MAX_WEIGHTS .*/return true;/
