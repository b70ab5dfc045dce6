# SPDX-License-Identifier: GPL-2.0
# Say nothing where the caller gives its CPU away.
s/^		pvsched_rest_begin(me);/		;/
