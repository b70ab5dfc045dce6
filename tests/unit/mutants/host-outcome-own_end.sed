# SPDX-License-Identifier: GPL-2.0
# End a yield that has ended.
s/if (!xchg(&me->arch.pvsched.yield_target, NULL))/if (0)/
