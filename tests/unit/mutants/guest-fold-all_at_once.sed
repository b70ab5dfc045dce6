# SPDX-License-Identifier: GPL-2.0
# Fold any number of CPUs at once.
s/if (steps == PVSCHED_FOLD_STEP) {/if (0) {/
