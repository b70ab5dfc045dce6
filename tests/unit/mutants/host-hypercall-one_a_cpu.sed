# SPDX-License-Identifier: GPL-2.0
# Serve two targets of one CPU.
s/if (choice->cpu\[i\] == cpu)/if (0)/
