/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: no test stops a CPU, but a header names how. */
#ifndef UNIT_STOP_MACHINE_H
#define UNIT_STOP_MACHINE_H

struct cpu_stop_work {
	int unused;
};

typedef int (*cpu_stop_fn_t)(void *arg);

static inline bool stop_one_cpu_nowait(unsigned int cpu, cpu_stop_fn_t fn, void *arg,
				       struct cpu_stop_work *work)
{
	return false;
}

#endif
