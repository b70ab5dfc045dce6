# SPDX-License-Identifier: GPL-2.0
# Overlook that the CPU saves no next RIP.
s/if (early && !host->next_rip)/if (0)/
