# SPDX-License-Identifier: GPL-2.0
# Install the lock although the part is not usable.
s/if (!pvsched_part_usable(PVSCHED_PART_LOCK))/if (0)/
