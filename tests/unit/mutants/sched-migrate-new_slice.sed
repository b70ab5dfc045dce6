# SPDX-License-Identifier: GPL-2.0
# Take a position with a slice that userspace set.
s/ \&\& !p->se.custom_slice \&\&$/ \&\&/
