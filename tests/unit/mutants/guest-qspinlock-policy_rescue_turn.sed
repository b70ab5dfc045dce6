# SPDX-License-Identifier: GPL-2.0
# hangs
# Leave a queue head that was not kicked asleep.
/^static void pvsched_turn_rescue/,/^}/s/pvsched_rescue_head(node->lock, prev, r);/;/
