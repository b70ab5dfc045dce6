# SPDX-License-Identifier: GPL-2.0
# Yield while an outer lock is held.
s/(preempt_count() & PREEMPT_MASK) <= PREEMPT_DISABLE_OFFSET/true/
