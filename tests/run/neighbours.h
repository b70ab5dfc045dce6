/* SPDX-License-Identifier: GPL-2.0 */
/*
 * neighbours: the VMs beside the measured ones, which burn CPU, and their work.
 */
#ifndef PVRUN_NEIGHBOURS_H
#define PVRUN_NEIGHBOURS_H

#include "values.h"
#include "vm.h"

/* What each has done so far, by its own clock */
struct work {
	double rounds[MAX_VMS];
	double ns[MAX_VMS];
};

/* Keep each of their vCPUs busy; with @steps for half of the time. */
int neighbours__start(struct vm_set *set, bool steps);

int neighbours__read(struct vm_set *set, struct work *work);

/* Add what they have done in a second since @before, all together. */
int neighbours__since(struct vm_set *set, const struct work *before, struct values *vs);

#endif
