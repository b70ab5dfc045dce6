# SPDX-License-Identifier: GPL-2.0
# Take the lock without the acquire.
s/atomic_try_cmpxchg_acquire(&lock->val, &val, new)/__atomic_compare_exchange_n((u32 *)\&lock->val, \&val, new, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)/
