# SPDX-License-Identifier: GPL-2.0
# The wait does not grow.
s/clamp(2 \* f->hold, PVSCHED_FOLD_NEXT_HOLD/clamp(f->hold, PVSCHED_FOLD_NEXT_HOLD/
