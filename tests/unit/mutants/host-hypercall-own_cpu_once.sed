# SPDX-License-Identifier: GPL-2.0
# Let a second target of the own CPU replace the first.
s/if (choice->local)$/if (0)/
