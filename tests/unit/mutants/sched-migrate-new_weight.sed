# SPDX-License-Identifier: GPL-2.0
# Take a position at another weight.
s/pos->weight == p->se.load.weight \&\& //
