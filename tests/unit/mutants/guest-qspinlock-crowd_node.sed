# SPDX-License-Identifier: GPL-2.0
# Nobody in the queue minds a crowd.
s/spins < READ_ONCE(pvsched_lock_node_spins) || !pvsched_crowded()/spins < SPIN_THRESHOLD/
