# SPDX-License-Identifier: GPL-2.0
# Say which vCPU to move when the target may have run already.
/^static bool pvsched_swap_with/,/^}/{
/^		WRITE_ONCE(state->displaced, me->vcpu_idx + 1);$/d
s/^	if (need_resched())$/	WRITE_ONCE(state->displaced, me->vcpu_idx + 1);\n&/
}
