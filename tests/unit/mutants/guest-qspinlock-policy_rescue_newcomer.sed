# SPDX-License-Identifier: GPL-2.0
# Leave the queue head of a closed lock asleep.
/^static void pvsched_steal_rescue/,/^}/s/pvsched_rescue_head(lock, node, &r);/;/
