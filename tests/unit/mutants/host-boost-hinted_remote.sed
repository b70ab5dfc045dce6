# SPDX-License-Identifier: GPL-2.0
# Leave a vCPU that was named where it waits.
s/return reason == PVSCHED_HINTED || reason == PVSCHED_IRQS_OFF ||/return reason == PVSCHED_IRQS_OFF ||/
