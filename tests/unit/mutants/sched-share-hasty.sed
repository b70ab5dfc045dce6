# SPDX-License-Identifier: GPL-2.0
# Let a step count as noise.
s/min(apart, most)/apart * 8/
