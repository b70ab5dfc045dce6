# SPDX-License-Identifier: GPL-2.0
# Ignore the switch.
s/if (!READ_ONCE(pvsched_slice))/if (0)/
