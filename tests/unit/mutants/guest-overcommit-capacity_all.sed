# SPDX-License-Identifier: GPL-2.0
# Take "all" for enough CPUs.
s/^\tif (capacity \&\& .*/\tif (capacity)/
