# SPDX-License-Identifier: GPL-2.0
# The head minds no crowd.
s/spins < READ_ONCE(pvsched_lock_head_spins) || !pvsched_crowded()/spins < SPIN_THRESHOLD/
