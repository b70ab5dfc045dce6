# SPDX-License-Identifier: GPL-2.0
# Forget the place that the target left.
s/^	traded = pvsched_trade_in(task, &state->place);$/	struct pvsched_place place; traded = pvsched_trade_in(task, \&place);/
