# SPDX-License-Identifier: GPL-2.0
# Once it wavered, a number folds late for good.
s/now - f->folded_at >= PVSCHED_FOLD_CALM ?/0 ?/
