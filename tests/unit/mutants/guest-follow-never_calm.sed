# SPDX-License-Identifier: GPL-2.0
# A number that wavers folds as fast as another one.
s/now - f->folded_at >= PVSCHED_FOLD_CALM ?/1 ?/
