# SPDX-License-Identifier: GPL-2.0
# Shorten the slices of the base.
s/return max(slice, least);/return least;/
