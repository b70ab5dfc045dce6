# SPDX-License-Identifier: GPL-2.0
# Hook the scheduler before there is an order of the CPUs.
/^static void pvsched_fold_hook_on/,/^}/s/if (!pvsched_fold_is_ready())/if (0)/
