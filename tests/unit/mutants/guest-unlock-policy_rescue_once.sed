# SPDX-License-Identifier: GPL-2.0
# Kick a queue head at each look.
s/if (pvsched_mark_kicked(head)) {/if (1) {/
