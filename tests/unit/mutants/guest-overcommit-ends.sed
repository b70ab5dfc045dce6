# SPDX-License-Identifier: GPL-2.0
# Stop to count as overcommitted at once.
s/jiffies + PVSCHED_OVERCOMMIT_HOLD)/jiffies)/
