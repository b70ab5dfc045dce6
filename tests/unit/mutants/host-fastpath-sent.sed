# SPDX-License-Identifier: GPL-2.0
# Answer how many were named, not how many were sent to.
s/sent += pvsched_post(target, irq);/sent += pvsched_post(target, irq) | 1;/
