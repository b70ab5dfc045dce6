# SPDX-License-Identifier: GPL-2.0
# Extend a slice although a stranger waits.
s/if (!pvsched_is_among_siblings(se))/if (0)/
