# SPDX-License-Identifier: GPL-2.0
# Begin a cluster at a wrong ID.
s/dest >> 16 << 4/dest >> 16/
