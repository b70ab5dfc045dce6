# SPDX-License-Identifier: GPL-2.0
# Let sleepers use more than a CPU.
s/level->capped += min(util, PVSCHED_ONE_CPU);/level->capped += util;/
