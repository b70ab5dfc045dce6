# SPDX-License-Identifier: GPL-2.0
# Let the queue head spin on in an overcommitted VM.
/^static bool pvsched_head_keep/,/^}/s/spins < READ_ONCE(pvsched_lock_node_spins) || !pvsched_overcommitted()/spins < SPIN_THRESHOLD/
