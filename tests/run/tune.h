/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tune: tunables that a profile sets.
 */
#ifndef PVRUN_TUNE_H
#define PVRUN_TUNE_H

#include "vm.h"

#define MAX_TUNED	8

struct tuned {
	const char *setting[MAX_TUNED];		/* NAME=VALUE */
	int count;
};

int tuned__add(struct tuned *tuned, const char *setting);

/* Bring all tunables to what @tuned says, or to what they were. */
int tuned__apply(const struct tuned *tuned, struct vm_set *set);

#endif
