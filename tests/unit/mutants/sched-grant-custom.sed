# SPDX-License-Identifier: GPL-2.0
# Exchange turns of different slices that userspace set.
s/if (from->slice != to->slice \&\& (from->custom_slice || to->custom_slice))/if (0)/
