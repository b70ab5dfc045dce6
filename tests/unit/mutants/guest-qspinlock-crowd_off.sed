# SPDX-License-Identifier: GPL-2.0
# Mind the crowd although switched off.
/static bool pvsched_head_stays/,/^}/s/if (!pvsched_lock_active())/if (0)/
