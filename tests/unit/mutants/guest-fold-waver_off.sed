# SPDX-License-Identifier: GPL-2.0
# The number of before counts after the part was switched.
s/^\tif (new)$/\tif (0)/
