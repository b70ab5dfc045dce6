# SPDX-License-Identifier: GPL-2.0
# Kick the first queue head of a code only.
/^static void pvsched_kick_heads/,/^}/s/if (pvsched_is_head(node, lock))/break;/
