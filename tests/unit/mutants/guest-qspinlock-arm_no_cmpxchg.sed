# SPDX-License-Identifier: GPL-2.0
# hangs
# Arm without comparing.
s/return try_cmpxchg(&lock->locked, &locked, PVSCHED_SLOW) || .*/if (READ_ONCE(lock->locked) != locked) return false; for (int n = 0; n < 400; n++) cpu_relax(); WRITE_ONCE(lock->locked, PVSCHED_SLOW); return true;/
