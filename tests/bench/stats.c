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

/* "-2x", "-1burn" or "-1step": take the number and the word behind it. */
static bool word__take(const char **at, const char *word, unsigned int *number)
{
	const char *p = *at;

	if (*p++ != '-' || !number__take(&p, number) || strncmp(p, word, strlen(word)))
		return false;
	*at = p + strlen(word);
	return true;
}

bool setup__parse(struct setup *setup, const char *scenario)
{
	unsigned int load;
	bool loaded;

	*setup = (struct setup) { };
	if (!number__take(&scenario, &setup->measured) || strncmp(scenario, "vm", 2))
		return false;
	scenario += 2;
	loaded = word__take(&scenario, "x", &load);
	if (!*scenario)
		return loaded;
	setup->steps = word__take(&scenario, "step", &setup->burning);
	return (setup->steps || word__take(&scenario, "burn", &setup->burning)) && !*scenario;
}

double setup__share(const struct setup *setup, bool all)
{
	double vms = all ? setup->measured : 1.0;
	double beside = vms / (setup->measured + setup->burning);

	return setup->steps ? (beside + vms / setup->measured) / 2 : beside;
}
