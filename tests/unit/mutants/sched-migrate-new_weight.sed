# SPDX-License-Identifier: GPL-2.0
# Take a position at another weight.
s/pvsched_is_weight(&p->se, pos->weight) \&\& //
