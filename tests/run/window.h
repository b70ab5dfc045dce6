/* SPDX-License-Identifier: GPL-2.0 */
/*
 * window: one workload in all measured VMs at once, and its figures.
 */
#ifndef PVRUN_WINDOW_H
#define PVRUN_WINDOW_H

#include <stdbool.h>

#include "profile.h"
#include "values.h"
#include "vm.h"

enum total { TOTAL_SUM, TOTAL_MAX, TOTAL_MIN };

/*
 * One line of what a workload prints, or part of one; '#' in @pattern stands for the
 * number.
 */
struct output {
	const char *pattern;
	const char *metric;
	const char *unit;
	enum total total;
	bool part;
};

/* %v in @command stands for the number of vCPUs, %s for the seconds. */
struct bench {
	const char *name;
	const char *command;
	bool yields;		/* its figures are how the yields fared */
	bool sleepers;		/* and what tasks that sleep get beside it */
	struct output output[8];	/* without any, it is timed */
};

struct window {
	struct values vm[MAX_VMS];
	struct values all;
};

/*
 * Without a profile the parts stay as they are. With @show, what the workload
 * prints is shown as well.
 */
int window__run(struct vm_set *set, const struct bench *bench,
		const struct profile *profile, struct window *w, bool show);

#endif
