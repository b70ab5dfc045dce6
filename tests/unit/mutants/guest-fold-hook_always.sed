# SPDX-License-Identifier: GPL-2.0
# Have the scheduler ask where there is nothing to follow.
/^static void pvsched_fold_hook_on/,/^}/s/if (READ_ONCE(pvsched_fold) && /if (1 || /
