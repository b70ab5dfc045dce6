// SPDX-License-Identifier: GPL-2.0
/*
 * Figures repeat, but are chaotic: a changed instruction moves them by some
 * percent. So several windows are taken, and their median and range printed;
 * a mean would hide the range and move with a single bad window.
 */
#include <stdlib.h>
#include <string.h>

#include "../shared/median.h"
#include "stats.h"

struct stats stats__of(double *values, size_t count)
{
	struct stats s = { .count = count };

	if (!count)
		return s;
	s.median = median_of(values, count);
	s.min = values[0];
	s.max = values[count - 1];
	return s;
}

static bool number__take(const char **at, unsigned int *number)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	*number = strtoul(*at, &end, 10);
	*at = end;
	return *number > 0;
}

bool setup__parse(struct setup *setup, const char *scenario)
{
	unsigned int second;

	if (!number__take(&scenario, &setup->measured))
		return false;
	if (strncmp(scenario, "vm-", 3))
		return false;
	scenario += 3;
	if (!number__take(&scenario, &second))
		return false;
	setup->burning = !strcmp(scenario, "burn") ? second : 0;
	return setup->burning || !strcmp(scenario, "x");
}

double setup__share(const struct setup *setup, bool all)
{
	return (all ? setup->measured : 1.0) / (setup->measured + setup->burning);
}
