# SPDX-License-Identifier: GPL-2.0
# Wait for a stranger that takes next to nothing.
s/c->by_weight + PVSCHED_OFF;/c->by_weight;/
