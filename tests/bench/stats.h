/* SPDX-License-Identifier: GPL-2.0 */
/* Median, range, and the share of the CPUs that fairness gives a VM. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>

struct stats {
	size_t count;
	double median;
	double min;
	double max;
};

/* Sorts @values. */
struct stats stats__of(double *values, size_t count);

/*
 * What a scenario's name says: MEASUREDvm-LOADx, beside VMs that burn MEASUREDvm-BURNINGburn
 * or MEASUREDvm-LOADx-BURNINGburn, and with "step" in place of "burn" if those do so for
 * half of the time.
 */
struct setup {
	unsigned int measured;
	unsigned int burning;
	bool steps;
};

bool setup__parse(struct setup *setup, const char *scenario);

/* Of all measured VMs together, or of a single one. */
double setup__share(const struct setup *setup, bool all);

#endif /* BENCH_STATS_H */
