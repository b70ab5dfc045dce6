# SPDX-License-Identifier: GPL-2.0
# Count for another reason.
s/CASE(KERNEL, kernel)/CASE(KERNEL, any)/
