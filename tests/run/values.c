// SPDX-License-Identifier: GPL-2.0
/*
 * Figures by name: what a workload printed and counters said.
 */
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "values.h"

const struct value *values__find(const struct values *vs, const char *name)
{
	int i;

	for (i = 0; i < vs->count; i++)
		if (!strcmp(vs->v[i].name, name))
			return &vs->v[i];
	return NULL;
}

int values__add(struct values *vs, const char *name, const char *unit, double value)
{
	struct value *v = &vs->v[vs->count];

	if (vs->count == MAX_VALUES)
		return out__error("more than %d values; raise MAX_VALUES", MAX_VALUES);
	snprintf(v->name, sizeof(v->name), "%.63s", name);
	v->unit = unit;
	v->value = value;
	vs->count++;
	return 0;
}

int values__append(struct values *vs, const struct values *more)
{
	int i;

	for (i = 0; i < more->count; i++)
		if (values__add(vs, more->v[i].name, more->v[i].unit, more->v[i].value))
			return -1;
	return 0;
}

int values__since(const struct values *before, struct values *after)
{
	int i;

	for (i = 0; i < after->count; i++) {
		const struct value *v = values__find(before, after->v[i].name);

		if (!v)
			return out__error("counter %s came up late", after->v[i].name);
		after->v[i].value -= v->value;
	}
	return 0;
}
