# SPDX-License-Identifier: GPL-2.0
# Fold before the base knows which CPUs are isolated.
/^static void pvsched_fold_update/,/^}/s/if (!pvsched_fold_is_ready())/if (0)/
