# SPDX-License-Identifier: GPL-2.0
# Swap tasks with slices that userspace set.
s/!curr->se.custom_slice && //
