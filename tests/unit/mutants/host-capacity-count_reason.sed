# SPDX-License-Identifier: GPL-2.0
# Take a new reason for a change.
s/^	if (number == vm->number)$/	if (0)/
