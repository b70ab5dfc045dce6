// SPDX-License-Identifier: GPL-2.0
/*
 * Messages, TLB shootdowns, file locks and mutexes, by hackbench and stress-ng.
 */
#include "bench.h"

/*
 * Four kinds of stress, one after the other, of as many tasks as there are vCPUs
 * or a multiple of that: messages through sockets, TLB shootdowns, file locks
 * and mutexes. stress-ng prints a line of ten words for each of its own.
 *
 * TLB shootdowns take five times as long: their tasks start over seconds where
 * CPUs are few, and in one second that is all that is measured.
 */
#define STRESS_RATES								\
	"awk '/ groups using / { n = $6 * $9 * $9 / 4 } / will pass / { n *= $5 }"	\
	" /^Time:/ { print \"hackbench\", n / $2 }"				\
	" $2 == \"metrc:\" && NF == 10 && $9 > 0 { print $4, $9 }'"

const struct bench bench_stress = {
	.name = "stress",
	.command = "{ hackbench -g %v -f 2 -l 1000;"
		   " for s in 'tlb-shootdown 5' 'flock 1' 'mutex 1'; do set -- $s;"
		   " stress-ng --$1 %v -t $(($2 * %s)) --metrics-brief; done; } 2>&1 | " STRESS_RATES,
	.output = {
		{ "hackbench #", "messages_per_s", "1/s", TOTAL_SUM },
		{ "tlb-shootdown #", "shootdowns_per_s", "1/s", TOTAL_SUM },
		{ "flock #", "flocks_per_s", "1/s", TOTAL_SUM },
		{ "mutex #", "mutexes_per_s", "1/s", TOTAL_SUM },
	}
};
