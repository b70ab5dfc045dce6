# SPDX-License-Identifier: GPL-2.0
# Ask when no vCPU is preempted.
s/if (!found)$/if (0)/
