# SPDX-License-Identifier: GPL-2.0
# Change places although switched off.
s/ && READ_ONCE(pvsched_trade) &&$/ \&\&/
