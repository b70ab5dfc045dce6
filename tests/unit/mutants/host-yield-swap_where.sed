# SPDX-License-Identifier: GPL-2.0
# Forget the position that the target left.
s/^	swapped = pvsched_swap_in(task, &state->position);$/	struct pvsched_position position; swapped = pvsched_swap_in(task, \&position);/
