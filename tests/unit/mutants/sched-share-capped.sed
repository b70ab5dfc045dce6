# SPDX-License-Identifier: GPL-2.0
# Let strangers use more than the CPUs that they can.
s/level->capped += most;/level->free += weight;/
