# SPDX-License-Identifier: GPL-2.0
# Switch on what cannot be used.
s/if (on && !pvsched_part_usable(PVSCHED_PART_FOLD))/if (0)/
