# SPDX-License-Identifier: GPL-2.0
# Give the reason of a lock holder for a queue head.
s/PVSCHED_YIELD_QUEUE_HEAD/PVSCHED_YIELD_LOCK_HOLDER/
