# SPDX-License-Identifier: GPL-2.0
# Yield without a bound to the queue head of a closed lock.
s/r->yields < PVSCHED_LOCK_MAX_YIELDS/true/
