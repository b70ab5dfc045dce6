# SPDX-License-Identifier: GPL-2.0
# Take each vCPU that once spun for one that spins.
s/return rip - spin_rip + PVSCHED_SPIN_BYTES < 2/return rip - spin_rip + PVSCHED_SPIN_BYTES < 9999999/
