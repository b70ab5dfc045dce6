# SPDX-License-Identifier: GPL-2.0
# Estimate, also where the host says how it is.
s/^\tif (capacity \&\& .*/\tif (0)/
