# SPDX-License-Identifier: GPL-2.0
# Exchange turns of any two weights.
s/if (weight_a > PVSCHED_MAX_WEIGHTS \* weight_b ||/if (0 \&\&/
