# SPDX-License-Identifier: GPL-2.0
# Take the share for the number at once.
s/return c->settle.is_done ? c->by_weight : .*/return c->by_weight;/
