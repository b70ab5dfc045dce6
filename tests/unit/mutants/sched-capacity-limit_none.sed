# SPDX-License-Identifier: GPL-2.0
# A quota of next to nothing is none.
s/max(quota, 1u)/quota/
