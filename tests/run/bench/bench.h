/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bench: benchmarks in scenarios, and those of single exits.
 */
#ifndef PVRUN_BENCH_H
#define PVRUN_BENCH_H

#include <stdbool.h>

#include "../common.h"
#include "../window.h"

#define BENCH(name)	extern const struct bench bench_##name;
#include "list.h"
#undef BENCH

/* What ebizzy prints first */
#define EBIZZY_RECORDS	{ "# records/s", "records_per_s", "records/s", TOTAL_SUM }

void bench__list(void);

/* bench BENCH SCENARIO... */
int bench__main(int argc, char **argv);

/* The user's own; NULL if it is none. */
const struct bench *workload__bench(void);

/* workload [--vcpus N] [--vms N] -- COMMAND */
int workload__main(int argc, char **argv);

/* bench exits, bench ping */
bool exits__has(const char *name);
int exits__main(const char *name);

#endif
