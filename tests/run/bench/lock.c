// SPDX-License-Identifier: GPL-2.0
/*
 * The spinlock, by the guest driver's locktest: one lock, eight, and the cost of
 * a hand-over.
 */
#include "bench.h"

/* A thread for each vCPU, 200 rounds inside the lock, about 400 outside. */
#define LOCKTEST	GUEST_FILES "locktest"
#define LOCK_COMMAND(locks)	\
	"echo 0 200 400 " locks " %s000 > " LOCKTEST " && cat " LOCKTEST
#define LOCK_OUTPUT {								\
		{ "acquisitions_per_s #", "acquisitions_per_s", "1/s", TOTAL_SUM },	\
		{ "wait_p50_ns #", "wait_p50_ns", "ns", TOTAL_MAX },		\
		{ "wait_p99_ns #", "wait_p99_ns", "ns", TOTAL_MAX },		\
		{ "wait_p999_ns #", "wait_p999_ns", "ns", TOTAL_MAX },		\
		{ "wait_max_ns #", "wait_max_ns", "ns", TOTAL_MAX },		\
		{ "fairness #", "fairness", "ratio", TOTAL_MIN },		\
	}

const struct bench bench_lock = {
	.name = "lock", .command = LOCK_COMMAND("1"), .output = LOCK_OUTPUT
};

const struct bench bench_locks = {
	.name = "locks", .command = LOCK_COMMAND("8"), .output = LOCK_OUTPUT
};

/* What the lock costs by itself: all vCPUs want it all the time, or one does. */
const struct bench bench_handover = {
	.name = "handover",
	.command = "echo 0 0 0 1 %s000 > " LOCKTEST " && cat " LOCKTEST,
	.output = {
		{ "handover_cycles #", "handover_cycles", "cycles", TOTAL_MAX },
		{ "uncontended_cycles #", "uncontended_cycles", "cycles", TOTAL_MAX },
	}
};
