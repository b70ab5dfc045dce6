# SPDX-License-Identifier: GPL-2.0
# Pull to a CPU that has work.
s/if (waiting)$/if (0)/
