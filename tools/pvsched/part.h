/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part: the parts of pvsched, and whether each is on.
 */
#ifndef PVSCHED_PART_H
#define PVSCHED_PART_H

#include <stdbool.h>

#include "common.h"

enum part_side { HOST, GUEST };

enum part_state {
	PART_ON,
	PART_OFF,		/* by a switch or a boot option */
	PART_UNAVAILABLE,	/* something that it needs is not there */
	PART_UNNEEDED,		/* nothing to do for it here */
};

struct part {
	const char *name;
	enum part_side side;
	const char *path;	/* of its switch */
};

/* @why and @advice are empty where there is nothing to say. */
struct verdict {
	enum part_state state;
	char why[128];
	char advice[160];
};

/* What others need comes first. Ends with a NULL name. */
extern const struct part parts[];

const struct part *part__find(const char *name);
/* The names of all parts, of both sides */
const char *part__names(void);

/*
 * @fmt makes the reason, and what to do about it behind a line break. NULL: none.
 */
void verdict__set(struct verdict *v, enum part_state state, const char *fmt, ...)
	__printf(3, 4);

/* The verdict that follows from the switch alone */
void part__judge_switch(const struct part *part, struct verdict *v);

const char *state__name(enum part_state state);
/* Is there nothing to mend? */
bool state__is_fine(enum part_state state);

#endif
