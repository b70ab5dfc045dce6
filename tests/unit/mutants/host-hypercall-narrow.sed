# SPDX-License-Identifier: GPL-2.0
# Use the upper halves of a 32-bit caller's registers.
s/(u32)lo |/lo |/
