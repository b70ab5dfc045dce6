// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU variables: a copy of the section for each CPU that is asked for.
 */
#include "guest.h"

extern char __start_unit_percpu[], __stop_unit_percpu[];

void *unit_per_cpu(const void *var, int cpu)
{
	static char *copy[UNIT_MAX_CPUS];

	unit_require(cpu >= 0 && cpu < (int)nr_cpu_ids);
	if (!copy[cpu])
		copy[cpu] = calloc(1, __stop_unit_percpu - __start_unit_percpu);

	return copy[cpu] + ((const char *)var - __start_unit_percpu);
}
