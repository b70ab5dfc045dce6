# SPDX-License-Identifier: GPL-2.0
# Take the first look for a second.
s/^\tif (first)$/\tif (0)/
