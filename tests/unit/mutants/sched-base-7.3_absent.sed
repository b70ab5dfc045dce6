# SPDX-License-Identifier: GPL-2.0
# Place a turn around the average of those that it left behind.
s/load + weight), -most, most);/1ul << 62), -most, most);/
