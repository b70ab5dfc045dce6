# SPDX-License-Identifier: GPL-2.0
# Answer a yield whose arguments are wrong.
s/pvsched_yield_is_invalid(first, reason)/0/
