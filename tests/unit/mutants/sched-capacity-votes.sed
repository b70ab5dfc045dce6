# SPDX-License-Identifier: GPL-2.0
# Vote for ever.
s/else if (!c->votes)/else if (0)/
