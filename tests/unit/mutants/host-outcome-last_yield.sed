# SPDX-License-Identifier: GPL-2.0
# Let the time begin with the last yield.
s/if (!READ_ONCE(to->granted_at))/if (1)/
