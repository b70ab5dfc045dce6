/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scenario: how many VMs of which size are measured beside which neighbours.
 */
#ifndef PVRUN_SCENARIO_H
#define PVRUN_SCENARIO_H

#include <stdbool.h>

struct scenario {
	const char *name;
	int vms;		/* that are measured */
	int factor;		/* vCPUs of each, for each host CPU */
	int burns;		/* VMs of a vCPU a CPU that burn CPU */
	bool steps;		/* for half of the time */
	bool extra;		/* runs when it is named, not as one of "all" */
};

void scenarios__list(void);

/* Nonzero if one of @names, which end with NULL, calls no scenario. */
int scenarios__check(char **names);

/* Every scenario that one of @names calls, in the order of the names. */
int scenarios__find(char **names, const struct scenario **found, int max);

#endif
