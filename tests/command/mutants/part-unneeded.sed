# SPDX-License-Identifier: GPL-2.0
# Complain of a part that has nothing to do.
s/ || state == PART_UNNEEDED//
