# SPDX-License-Identifier: GPL-2.0
# Take a waiter for the lock holder.
s/ || pvsched_waits_for(lock, cpu)//
