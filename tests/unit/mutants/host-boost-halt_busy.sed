# SPDX-License-Identifier: GPL-2.0
# Fetch to a CPU that has work.
s/if (waiting)$/if (0)/
