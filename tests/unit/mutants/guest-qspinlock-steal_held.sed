# SPDX-License-Identifier: GPL-2.0
# Steal without a look at who was faster.
s/try_cmpxchg_acquire(&lock->locked_pending, &old, old | _Q_LOCKED_VAL)/(WRITE_ONCE(lock->locked, _Q_LOCKED_VAL), true)/
