# SPDX-License-Identifier: GPL-2.0
# Lengthen slices that userspace set.
s/ || p->se.custom_slice//
