# SPDX-License-Identifier: GPL-2.0
# Come before any stranger.
s/if (due == next || due == pvsched_grant_of/if (1 || due == pvsched_grant_of/
