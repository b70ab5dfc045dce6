/* SPDX-License-Identifier: GPL-2.0 */
/* The measurements of one benchmark. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "metrics.h"
#include "stats.h"

/* The keys of a measurement, in the order in which they are written. */
enum key {
	KEY_BENCH,
	KEY_SCENARIO,
	KEY_LAB,
	KEY_VENDOR,
	KEY_CLOCK,		/* MHz */
	KEY_PREEMPT,		/* the host's preemption model */
	KEY_LAYOUT,		/* of the VMs' cgroups */
	KEY_PROFILE,
	KEY_PCPUS,
	KEY_VMS,
	KEY_VCPUS,
	KEY_VM,
	KEY_METRIC,
	KEY_VALUE,
	KEY_LIMIT,
	KEY_UNIT,
	KEY_WINDOW,
	KEY_COMMIT,
	KEY_KERNEL,
	NR_KEYS
};

#define VM_ALL	-1

/* @scenario, @profile and @metric are indices of the names in struct results. */
struct measurement {
	char *text[NR_KEYS];
	int scenario;
	int profile;
	int metric;
	int vm;			/* its number, or VM_ALL */
	int window;
	double value;
};

struct names {
	int count;
	const char **name;	/* in the order of their first appearance */
};

struct results {
	const char *path;
	size_t count;
	struct measurement *m;
	struct names scenarios;
	struct names profiles;
	struct names metrics;
	int first_window;
	int last_window;
	int last_vm;
};

/* What a file cannot say of itself; NULL or 0 where nothing is known. */
struct given {
	const char *commit;
	const char *kernel;
	const char *scenarios;	/* comma-separated lists */
	const char *profiles;
	int windows;
};

/* All that return int print one line and return -1 when something is wrong. */
int results__load(struct results *r, const char *path, const struct given *given);
int results__check(const struct results *r, const struct given *given);
int results__write(const struct results *r, const char *path);
int results__compare(const char *path_a, const char *path_b);
void results__free(struct results *r);

/* Of all windows; its count is 0 if there is no such measurement. */
struct stats results__stats(const struct results *r, int scenario, int profile,
			    int metric, int vm);
/* The same, of the sum of all metrics that belong to @counter. */
struct stats results__counter(const struct results *r, int scenario, int profile,
			      const struct metric *counter, int vm);
/* The profile that the others are compared with: "base", or "off" without it, or -1. */
int results__reference(const struct results *r);
/* NAN where there is none. */
double results__limit(const struct results *r, int scenario, int metric, int vm);
bool results__has_vm(const struct results *r, int scenario, int metric, int vm);
int results__windows(const struct results *r);
int names__find(const struct names *names, const char *name);

/* What figures of this lab are worth, or NULL for an unknown lab. */
const char *lab__caveat(const char *lab);

#endif /* BENCH_RESULTS_H */
