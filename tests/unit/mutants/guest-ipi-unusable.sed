# SPDX-License-Identifier: GPL-2.0
# Let a part be switched on that cannot work.
s/on && !pvsched_part_usable(PVSCHED_PART_IPI)/0/
