# SPDX-License-Identifier: GPL-2.0
# Take a CPU off for half of it.
s/used >= PVSCHED_TAKEN/used >= 512/
