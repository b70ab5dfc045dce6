# SPDX-License-Identifier: GPL-2.0
# Take the first value of a histogram for a counter.
s/if (desc->size != 1)/if (0)/
