// SPDX-License-Identifier: GPL-2.0
/* Every figure of every benchmark: a new one needs a line here and no more. */
#include <string.h>

#include "metrics.h"

#define METRIC(n, h, ...)	{ .name = n, .heading = h, __VA_ARGS__ }
#define FIGURE(n, h, b)		METRIC(n, h, .better = b)
#define FIGURE_IF_ANY(n, h, b)	METRIC(n, h, .better = b, .if_any = true)
#define RATE(n, h)		METRIC(n, h, .better = HIGHER_IS_BETTER, .rate = true)
#define COUNTER(n, h)		METRIC(n, h, .better = NO_DIRECTION, .counter = true)
#define COUNTER_SUM(n, h)	METRIC(n, h, .better = NO_DIRECTION, .counter = true, .sum = true)
#define COUNTER_UNIT(n, h, u)	METRIC(n, h, .better = NO_DIRECTION, .counter = true, .unit = u)

static const struct metric figures[] = {
	RATE("records_per_s", "records/s"),
	RATE("acquisitions_per_s", "acquisitions/s"),
	FIGURE("wait_p50_ns", "median wait, ns", LOWER_IS_BETTER),
	FIGURE("wait_p99_ns", "99% wait, ns", LOWER_IS_BETTER),
	FIGURE("wait_p999_ns", "99.9% wait, ns", LOWER_IS_BETTER),
	FIGURE("wait_max_ns", "longest wait, ns", LOWER_IS_BETTER),
	FIGURE("fairness", "fairness", HIGHER_IS_BETTER),
	FIGURE("handover_cycles", "contended acquisition, cycles", LOWER_IS_BETTER),
	FIGURE("uncontended_cycles", "uncontended lock and unlock, cycles", LOWER_IS_BETTER),
	FIGURE("cyclic_p50_us", "median wake-up latency, us", LOWER_IS_BETTER),
	FIGURE("cyclic_p99_us", "99% wake-up latency, us", LOWER_IS_BETTER),
	FIGURE("cyclic_max_us", "longest wake-up latency, us", LOWER_IS_BETTER),
	RATE("messages_per_s", "hackbench, messages/s"),
	RATE("shootdowns_per_s", "stress-ng tlb-shootdown, ops/s"),
	RATE("flocks_per_s", "stress-ng flock, ops/s"),
	RATE("mutexes_per_s", "stress-ng mutex, ops/s"),
	RATE("workload_rate", "your metric"),
	FIGURE("workload_cost", "your metric", LOWER_IS_BETTER),
	FIGURE("elapsed", "seconds", LOWER_IS_BETTER),
	FIGURE_IF_ANY("stick_share", "share of yields that stick", HIGHER_IS_BETTER),
	FIGURE_IF_ANY("yield_to_run_p50_ns", "median from yield to run, ns", LOWER_IS_BETTER),
	FIGURE_IF_ANY("yield_to_run_p99_ns", "99% from yield to run, ns", LOWER_IS_BETTER),
	METRIC("neighbour_rounds", "work of the burning VMs, 1/s", .better = HIGHER_IS_BETTER,
	       .beside = true),
	FIGURE("sleeper_rounds", "rounds of a task that sleeps 1 ms, 1/s", HIGHER_IS_BETTER),
	FIGURE("sleeper_longest_us", "its longest round of a second, us", LOWER_IS_BETTER),
	FIGURE("sleeper_worst_us", "its longest round on any CPU, us", LOWER_IS_BETTER),
	FIGURE("instructions", "instructions", LOWER_IS_BETTER),
	{ .name = NULL }
};

static const struct metric counters[] = {
	COUNTER("yields_asked", "asked"),
	COUNTER("yields_directed", "directed"),
	COUNTER_SUM("yields_refused", "refused"),
	COUNTER("yields_stuck", "stuck"),
	COUNTER("yields_ignored", "ignored"),
	COUNTER("yields_bounced", "bounced"),
	COUNTER("halt_pulled", "pulled"),
	COUNTER("halt_directed", "left to"),
	COUNTER("swapped", "swapped"),
	COUNTER("exits", "exits"),
	COUNTER("halt_exits", "halt exits"),
	COUNTER_UNIT("cpu_ns", "CPU ms", 1e6),
	COUNTER_UNIT("steal_ns", "steal ms", 1e6),
	{ .name = NULL }
};

static bool metric__matches(const struct metric *metric, const char *name)
{
	return metric->sum ? !strncmp(name, metric->name, strlen(metric->name)) :
			     !strcmp(name, metric->name);
}

struct metric metric__find(const char *name)
{
	for (const struct metric *m = figures; m->name; m++)
		if (metric__matches(m, name))
			return *m;
	for (const struct metric *m = counters; m->name; m++)
		if (metric__matches(m, name))
			return *m;
	return (struct metric)COUNTER(name, name);
}

const struct metric *metrics__figures(void)
{
	return figures;
}

const struct metric *metrics__counters(void)
{
	return counters;
}

const char *metric__better(const struct metric *metric)
{
	switch (metric->better) {
	case HIGHER_IS_BETTER:
		return "higher is better";
	case LOWER_IS_BETTER:
		return "lower is better";
	default:
		return "no direction is better";
	}
}
