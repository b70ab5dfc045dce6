# SPDX-License-Identifier: GPL-2.0
# Publish more than all, without strangers.
s/c->alone = min(all, pvsched_round(\(.*\)));/c->alone = pvsched_round(\1);/; s/min(look->alone, all)/look->alone/
