# SPDX-License-Identifier: GPL-2.0
# Fold to the last number that was seen, not to the highest.
s/f->peak = f->lower ? max(f->peak, wanted) : wanted;/f->peak = wanted;/
