# SPDX-License-Identifier: GPL-2.0
# Say whom to send on when the target may have run already.
/^static bool pvsched_change_places/,/^}/{
/^		WRITE_ONCE(state->displaced, me);$/d
s/^	if (need_resched())$/	WRITE_ONCE(state->displaced, me);\n&/
}
