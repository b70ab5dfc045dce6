# SPDX-License-Identifier: GPL-2.0
# Ask when nobody is preempted.
s/if (!named)$/if (0)/
