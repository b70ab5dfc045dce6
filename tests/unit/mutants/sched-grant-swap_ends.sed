# SPDX-License-Identifier: GPL-2.0
# Refuse yields after the switch of a swap.
/->alone = 0;/d
