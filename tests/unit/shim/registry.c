// SPDX-License-Identifier: GPL-2.0
/*
 * The registry behind parameters, initcalls and debugfs files.
 */
#include "kernel.h"

static struct {
	const char *kind;
	const char *name;
	const void *thing;
} unit_entry[64];

static unsigned int unit_nr_entries;

void unit_register(const char *kind, const char *name, const void *thing)
{
	unit_require(unit_nr_entries < sizeof(unit_entry) / sizeof(unit_entry[0]));
	unit_entry[unit_nr_entries].kind = kind;
	unit_entry[unit_nr_entries].name = name;
	unit_entry[unit_nr_entries++].thing = thing;
}

void *unit_find(const char *kind, const char *name)
{
	unsigned int i;

	for (i = 0; i < unit_nr_entries; i++) {
		if (!strcmp(unit_entry[i].kind, kind) && !strcmp(unit_entry[i].name, name))
			return (void *)unit_entry[i].thing;
	}

	printf("# nothing of kind %s is named %s\n", kind, name);
	fflush(stdout);
	abort();
}
