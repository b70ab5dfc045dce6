# SPDX-License-Identifier: GPL-2.0
# Look up no further than there is room for.
s/if (levels == PVSCHED_LEVELS)/if (levels == PVSCHED_LEVELS - 1)/
