# SPDX-License-Identifier: GPL-2.0
# Accept several reasons at once.
s/!is_power_of_2(reason)/!reason/
