# SPDX-License-Identifier: GPL-2.0
# A crowd is over at once.
s/jiffies + PVSCHED_CROWDED)/jiffies)/
