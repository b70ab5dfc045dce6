# SPDX-License-Identifier: GPL-2.0
# Accept a lowest ID beyond 32 bits.
s/if (first > U32_MAX)/if (0)/
