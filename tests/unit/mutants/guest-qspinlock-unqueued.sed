# SPDX-License-Identifier: GPL-2.0
# Take no lock when there are more nesting levels than nodes.
s/!try_cmpxchg_acquire(&lock->locked, &old, _Q_LOCKED_VAL)/false/
