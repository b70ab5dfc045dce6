// SPDX-License-Identifier: GPL-2.0
/*
 * Wake-up latency, by cyclictest.
 */
#include "bench.h"

/*
 * A thread for each vCPU. Their intervals differ, or all would wake up at the
 * same time, and most of what is measured be how they wait for each other. The
 * histogram comes as JSON, without its empty buckets; a sample beyond the last
 * bucket counts as the longest.
 */
#define CYCLIC_FILE	"/cyclic.json"
#define CYCLIC_QUANTILES							\
	"awk -F '[\": ,]+' '/^ +\"[0-9]+\": [0-9]/ { n[$2] += $3 }"		\
	" /\"cycles\"/ { all += $3 } /\"max\"/ && $3 > max { max = $3 }"		\
	" END { p50 = p99 = max; for (us = 0; us < max; us++) { sum += n[us];"	\
	" if (p50 == max && sum >= all * .5) p50 = us;"				\
	" if (p99 == max && sum >= all * .99) p99 = us }"			\
	" print \"p50_us\", p50; print \"p99_us\", p99; print \"max_us\", max }' "

const struct bench bench_cyclic = {
	.name = "cyclic",
	.command = "cyclictest -q -m -p 80 -t %v -d 137 -i 1937 -D %s -h 10000 --json="
		   CYCLIC_FILE " > /dev/null && " CYCLIC_QUANTILES CYCLIC_FILE,
	.output = {
		{ "p50_us #", "cyclic_p50_us", "us", TOTAL_MAX },
		{ "p99_us #", "cyclic_p99_us", "us", TOTAL_MAX },
		{ "max_us #", "cyclic_max_us", "us", TOTAL_MAX },
	}
};
