/* SPDX-License-Identifier: GPL-2.0 */
/*
 * values: figures by name.
 */
#ifndef PVRUN_VALUES_H
#define PVRUN_VALUES_H

#define MAX_VALUES	64

struct values {
	int count;
	struct value {
		char name[64];
		const char *unit;
		double value;
	} v[MAX_VALUES];
};

int values__add(struct values *vs, const char *name, const char *unit, double value);
int values__append(struct values *vs, const struct values *more);
const struct value *values__find(const struct values *vs, const char *name);

/* Turn the totals in @after into what was counted since @before. */
int values__since(const struct values *before, struct values *after);

#endif
