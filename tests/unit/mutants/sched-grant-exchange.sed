# SPDX-License-Identifier: GPL-2.0
# Do not exchange turns.
s/^	pvsched_set_turn(to, &b);/	return true;/
