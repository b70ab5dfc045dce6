# SPDX-License-Identifier: GPL-2.0
# Take any part on offer for the yield.
s/return pvsched_on_offer & BIT(PVSCHED_PART_IPI);/return pvsched_on_offer;/
