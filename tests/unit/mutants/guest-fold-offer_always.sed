# SPDX-License-Identifier: GPL-2.0
# Look at CPUID in each tick.
s/if (now - pvsched_fold_state.offered_at >= PVSCHED_OFFER_CHECK)/if (1)/
