# SPDX-License-Identifier: GPL-2.0
# A number that wavers folds as fast as another one.
s/PVSCHED_FOLD_LONG_HOLD : PVSCHED_FOLD_HOLD;/PVSCHED_FOLD_HOLD : PVSCHED_FOLD_HOLD;/
