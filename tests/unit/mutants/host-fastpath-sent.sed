# SPDX-License-Identifier: GPL-2.0
# Answer how many were named, not how many got the interrupt.
s/sent += pvsched_post(me, target, vector);/sent += pvsched_post(me, target, vector) | 1;/
