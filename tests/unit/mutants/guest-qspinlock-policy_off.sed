# SPDX-License-Identifier: GPL-2.0
# Follow the estimate although switched off.
/static bool pvsched_head_keep_spinning/,/^}/s/if (!pvsched_lock_active())/if (0)/
