# SPDX-License-Identifier: GPL-2.0
# Ignore what interrupts take.
s/used = cpu_util_irq(rq) + /used = /
