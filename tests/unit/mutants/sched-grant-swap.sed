# SPDX-License-Identifier: GPL-2.0
# Let another yield come between a swap and its switch.
s/if (per_cpu(pvsched_grants, cpu_of(rq)).alone > rq_clock(rq))/if (0)/
