/* SPDX-License-Identifier: GPL-2.0 */
/*
 * profile: the parts of pvsched, and which of them are on.
 */
#ifndef PVRUN_PROFILE_H
#define PVRUN_PROFILE_H

#include <stdbool.h>

#include "tune.h"
#include "vm.h"

#define MAX_PROFILES	8

struct profile {
	const char *name;
	unsigned int parts;	/* bits of the table of parts */
	struct vm_boot boot;	/* that its VMs need */
	struct tuned tuned;
};

/* How many profiles the comma-separated @list names, or -1. */
int profiles__parse(const char *list, struct profile *profiles);
void profiles__list(void);

bool parts__host_has(void);
/* 1 or 0, or -1 when the guest does not say. */
int parts__guest_has(struct vm *vm);

/* Start VMs to which the host offers everything. @profile may be NULL. */
int profile__start(const struct profile *profile, struct vm_set *set);

/* Bring host and all guests into @profile, and make sure of it. */
int profile__apply(const struct profile *profile, struct vm_set *set);

#endif
