/* SPDX-License-Identifier: GPL-2.0 */
/* What the report knows of each metric. */
#ifndef BENCH_METRICS_H
#define BENCH_METRICS_H

#include <stdbool.h>

enum direction {
	HIGHER_IS_BETTER,
	LOWER_IS_BETTER,
	NO_DIRECTION,
};

/*
 * @name:	in results
 * @heading:	in tables
 * @better:	which way is better
 * @rate:	work done in the VM's share of the CPUs: it has a limit, and is
 *		measured for each VM and for all
 * @if_any:	of something that may not happen at all in a window, and is null then
 * @beside:	of the VMs beside the measured ones: only scenarios that have some have it
 * @counter:	explains the figures: a column beside them, no figure itself, and
 *		a profile may be without it
 * @sum:	counters whose name begins with @name are added up
 * @unit:	what the table shows is the value divided by this; 0 stands for 1
 */
struct metric {
	const char *name;
	const char *heading;
	enum direction better;
	bool rate;
	bool if_any;
	bool beside;
	bool counter;
	bool sum;
	double unit;
};

/* A metric that is not in the table is a counter that is kept, but not shown. */
struct metric metric__find(const char *name);

/* All that are known, counters in the order of their columns; a NULL name ends them. */
const struct metric *metrics__figures(void);
const struct metric *metrics__counters(void);
const char *metric__better(const struct metric *metric);

#endif /* BENCH_METRICS_H */
