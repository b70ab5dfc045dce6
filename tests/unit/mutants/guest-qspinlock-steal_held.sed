# SPDX-License-Identifier: GPL-2.0
# Steal without checking that the lock is free.
s/try_cmpxchg_acquire(&lock->locked_pending, &old, old | _Q_LOCKED_VAL)/(WRITE_ONCE(lock->locked, _Q_LOCKED_VAL), true)/
