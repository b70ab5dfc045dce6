# SPDX-License-Identifier: GPL-2.0
# hangs
# Make a queue head by a load and a store.
s/if (xchg(&next->state, PVSCHED_STATE_HEAD) == PVSCHED_STATE_HALTED)/u8 old = READ_ONCE(next->state); for (int n = 0; n < 400; n++) cpu_relax(); WRITE_ONCE(next->state, PVSCHED_STATE_HEAD); if (old == PVSCHED_STATE_HALTED)/
