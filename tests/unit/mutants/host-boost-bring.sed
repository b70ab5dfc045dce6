# SPDX-License-Identifier: GPL-2.0
# Bring a target here although switched off.
s/^	if (boost)$/	if (true)/
