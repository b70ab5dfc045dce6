# SPDX-License-Identifier: GPL-2.0
# Do not wake an idle CPU.
/^	wakeup_preempt(to, p, 0);/d
