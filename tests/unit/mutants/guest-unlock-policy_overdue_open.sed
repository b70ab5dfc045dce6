# SPDX-License-Identifier: GPL-2.0
# Kick the queue head of an open lock at each unlock.
s/if (!may_yield \&\& !(pending \& PVSCHED_CLOSED))/if (0)/
s/if (!(pending \& PVSCHED_CLOSED) || !pvsched_mark_kicked(head))/if (!pvsched_mark_kicked(head))/
