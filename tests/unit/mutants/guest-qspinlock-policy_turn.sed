# SPDX-License-Identifier: GPL-2.0
# Let waiters in the queue spin on in an overcommitted VM.
/^static bool pvsched_turn_keep/,/^}/s/spins < READ_ONCE(pvsched_lock_node_spins) || !pvsched_overcommitted()/spins < SPIN_THRESHOLD/
