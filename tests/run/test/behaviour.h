/* SPDX-License-Identifier: GPL-2.0 */
/*
 * behaviour: what yields to IPI targets do, with the part off and on.
 */
#ifndef PVRUN_BEHAVIOUR_H
#define PVRUN_BEHAVIOUR_H

#include "../vm.h"

/* What all windows of one state, part off or part on, came to. */
struct behaviour {
	double asked;
	double directed;
	double mean_wait_ns[32];
	int windows;
};

/* Measure with the part off and on, in turn. Nonzero: data is missing. */
int behaviour__measure(struct vm_set *set, struct behaviour *b);

/* What is wrong with the behaviour, or NULL. */
const char *behaviour__judge(const struct behaviour *b);

#endif
