# SPDX-License-Identifier: GPL-2.0
# Take everybody for a spinner who was one.
s/return rip - spin_rip + PVSCHED_SPIN_BYTES < 2/return rip - spin_rip + PVSCHED_SPIN_BYTES < 9999999/
