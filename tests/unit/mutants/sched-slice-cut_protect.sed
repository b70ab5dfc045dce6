# SPDX-License-Identifier: GPL-2.0
# Cut a slice and end its protection.
s/^	if (protected)$/	if (0)/
