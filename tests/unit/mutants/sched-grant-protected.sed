# SPDX-License-Identifier: GPL-2.0
# Go on with a turn that is over, or whose protection a task with a shorter slice ended.
s/^	if (!protect_slice(from))$/	if (0)/
