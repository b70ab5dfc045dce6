# SPDX-License-Identifier: GPL-2.0
# Do not note where the caller spins.
s/state->spin_rip = rip;/;/
