# SPDX-License-Identifier: GPL-2.0
# Leave tasks no CPU.
s/return used \&\& (u64)used/return (u64)used/
