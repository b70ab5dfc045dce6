# SPDX-License-Identifier: GPL-2.0
# Forget the reason.
s/target, task, reason, keep_cpu) > 0/target, task, PVSCHED_BASE, keep_cpu) > 0/
