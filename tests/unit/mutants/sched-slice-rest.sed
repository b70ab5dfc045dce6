# SPDX-License-Identifier: GPL-2.0
# Cut also what is not longer.
s/if (!pvsched_has_long_rest(se))/if (0)/
