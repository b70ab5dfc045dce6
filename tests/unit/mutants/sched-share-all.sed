# SPDX-License-Identifier: GPL-2.0
# Publish more than all.
s/c->by_weight = min(all, pvsched_round(\(.*\)));/c->by_weight = pvsched_round(\1);/; s/min(look->share, all)/look->share/
