# SPDX-License-Identifier: GPL-2.0
# What a VM can have is taken for a sum.
s/for (i = 0; i < VM_SUMS; i++)/for (i = 0; i < VM_COUNTERS; i++)/
