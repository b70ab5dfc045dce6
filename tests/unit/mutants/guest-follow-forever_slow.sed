# SPDX-License-Identifier: GPL-2.0
# Once it wavered, a number folds late for good.
s/f->folded_at && now - f->folded_at < PVSCHED_FOLD_CALM/f->folded_at/
