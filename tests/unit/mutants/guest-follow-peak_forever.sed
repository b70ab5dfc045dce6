# SPDX-License-Identifier: GPL-2.0
# Remember the highest number of an earlier time.
s/f->peak = f->lower ? max(f->peak, wanted) : wanted;/f->peak = max(f->peak, wanted);/
