# SPDX-License-Identifier: GPL-2.0
# Do not look again whether the host offers the number.
s/if (now - pvsched_fold_state.offered_at >= PVSCHED_OFFER_CHECK)/if (!pvsched_fold_state.offered_at)/
