// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios. One more is one more line.
 */
#include <string.h>

#include "../common.h"
#include "../out.h"
#include "scenario.h"

/* 1:1 comes first, the others relate to it. */
static const struct scenario scenarios[] = {
	/* name		VMs  vCPUs a CPU  burning  in steps  not one of "all" */
	{ "1vm-1x",		1,	1,	0,	false,	false },
	{ "1vm-2x",		1,	2,	0,	false,	false },
	{ "1vm-4x",		1,	4,	0,	false,	false },
	{ "2vm-1x",		2,	1,	0,	false,	true },
	{ "2vm-2x",		2,	2,	0,	false,	false },
	{ "1vm-1burn",		1,	1,	1,	false,	false },
	{ "1vm-2burn",		1,	1,	2,	false,	false },
	{ "1vm-2x-1burn",	1,	2,	1,	false,	true },
	{ "1vm-4x-1burn",	1,	4,	1,	false,	true },
	{ "1vm-2x-2burn",	1,	2,	2,	false,	true },
	{ "1vm-4x-2burn",	1,	4,	2,	false,	true },
	{ "1vm-1x-1step",	1,	1,	1,	true,	true },
	{ "1vm-2x-1step",	1,	2,	1,	true,	true },
};

void scenarios__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(scenarios); i++)
		out__line("scenario %s: %d measured of %d vCPUs a CPU, %d burning CPU%s%s",
			  scenarios[i].name, scenarios[i].vms,
			  scenarios[i].factor, scenarios[i].burns,
			  scenarios[i].steps ? " half of the time" : "",
			  scenarios[i].extra ? "; not one of all" : "");
}

static bool scenario__is_called(const struct scenario *sc, const char *name)
{
	return !strcmp(name, "all") ? !sc->extra : !strcmp(name, sc->name);
}

int scenarios__check(char **names)
{
	size_t i;

	for (; *names; names++) {
		for (i = 0; i < ARRAY_SIZE(scenarios); i++)
			if (scenario__is_called(&scenarios[i], *names))
				break;
		if (i == ARRAY_SIZE(scenarios))
			return out__error("no scenario is called %s; see pvrun --list (make list)", *names);
	}
	return 0;
}

int scenarios__find(char **names, const struct scenario **found, int max)
{
	int n = 0;
	size_t i;

	for (; *names; names++)
		for (i = 0; i < ARRAY_SIZE(scenarios); i++)
			if (scenario__is_called(&scenarios[i], *names) && n < max)
				found[n++] = &scenarios[i];
	return n;
}
