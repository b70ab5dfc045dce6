# SPDX-License-Identifier: GPL-2.0
# Give another reason.
s/pvsched_yield_untargeted(PVSCHED_YIELD_LOCK_HOLDER)/pvsched_yield_untargeted(PVSCHED_YIELD_QUEUE_HEAD)/
