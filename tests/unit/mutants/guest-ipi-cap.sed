# SPDX-License-Identifier: GPL-2.0
# Yield without end.
s/if (yields == PVSCHED_IPI_MAX_YIELDS)/if (0)/
