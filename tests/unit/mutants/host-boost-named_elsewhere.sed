# SPDX-License-Identifier: GPL-2.0
# Leave who was named elsewhere.
s/return reason == PVSCHED_NAMED || reason == PVSCHED_IRQS_OFF ||/return reason == PVSCHED_IRQS_OFF ||/
