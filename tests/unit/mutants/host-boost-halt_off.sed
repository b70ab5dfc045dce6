# SPDX-License-Identifier: GPL-2.0
# Pull although switched off.
/^void pvsched_before_halt/,/^}/s/if (!READ_ONCE(pvsched_boost))/if (0)/
