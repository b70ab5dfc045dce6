# SPDX-License-Identifier: GPL-2.0
# Leave the longer slice of a group.
s/^		pvsched_cut_slices(&other->se);/		pvsched_cut_slice(\&other->se);/
