# SPDX-License-Identifier: GPL-2.0
# Yield with interrupts off.
s/ && !irqs_disabled();/;/
