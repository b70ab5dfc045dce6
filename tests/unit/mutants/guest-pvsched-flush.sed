# SPDX-License-Identifier: GPL-2.0
# Forget the window that came before.
s/^	if (first != w->first)$/	if (0)/
