# SPDX-License-Identifier: GPL-2.0
# Accept reserved bits of the ICR.
s/if (data \& PVSCHED_ICR_RESERVED)/if (0)/
