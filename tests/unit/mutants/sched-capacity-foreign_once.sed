# SPDX-License-Identifier: GPL-2.0
# Let a task that comes for a moment have a say.
s/return min(c->foreign, before);/return c->foreign;/
