# SPDX-License-Identifier: GPL-2.0
# Write what is there already.
s/if (old == on)/if (0)/
