# SPDX-License-Identifier: GPL-2.0
# Subtract a group that is in no queue.
s/if (READ_ONCE(se->on_rq)) {/if (1) {/
