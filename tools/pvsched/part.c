// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of pvsched, in the order in which they are switched on: the one place
 * that knows their switches.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "part.h"
#include "sys.h"

#define HOST_DIR	"/sys/module/kvm/parameters/pvsched_"
#define GUEST_DIR	"/sys/module/pvsched/parameters/"

const struct part parts[] = {
	{ "yield",	HOST,	HOST_DIR "yield" },
	{ "off_cpu",	HOST,	HOST_DIR "off_cpu" },
	{ "capacity",	HOST,	HOST_DIR "capacity" },
	{ "boost",	HOST,	HOST_DIR "boost" },
	{ "slice",	HOST,	HOST_DIR "slice" },
	{ "fast_ipi",	HOST,	HOST_DIR "fast_ipi" },
	{ "fast_timer",	HOST,	HOST_DIR "fast_timer" },
	{ "fast_yield",	HOST,	HOST_DIR "fast_yield" },
	{ "ipi",	GUEST,	GUEST_DIR "ipi" },
	{ "lock",	GUEST,	GUEST_DIR "lock" },
	{ "fold",	GUEST,	GUEST_DIR "fold" },
	{ NULL, HOST, NULL },
};

const struct part *part__find(const char *name)
{
	const struct part *part;

	for (part = parts; part->name; part++)
		if (!strcmp(part->name, name))
			return part;
	return NULL;
}

const char *part__names(void)
{
	static char names[200];
	const struct part *part;
	size_t len = 0;

	for (part = parts; part->name; part++)
		len += snprintf(names + len, sizeof(names) - len, "%s%s%s", len ? " " : "",
				part->name, part->side == GUEST ? " (guest)" : "");
	return names;
}

void verdict__set(struct verdict *v, enum part_state state, const char *fmt, ...)
{
	char text[300] = "", *advice = text;
	va_list ap;

	*v = (struct verdict){ .state = state };
	if (!fmt)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strsep(&advice, "\n");
	snprintf(v->why, sizeof(v->why), "%.127s", text);
	if (advice)
		snprintf(v->advice, sizeof(v->advice), "%.159s", advice);
}

void part__judge_switch(const struct part *part, struct verdict *v)
{
	int on = sys__read_switch(part->path);

	if (on == 1)
		verdict__set(v, PART_ON, NULL);
	else if (!on)
		verdict__set(v, PART_OFF, "switched off\npvsched on %s", part->name);
	else if (on == -ENOENT)
		verdict__set(v, PART_UNAVAILABLE, "this kernel's pvsched has no such part\n"
			     "boot a newer one");
	else
		verdict__set(v, PART_UNAVAILABLE, "its switch cannot be read (%s)\nlook at %s",
			     strerror(-on), part->path);
}

const char *state__name(enum part_state state)
{
	static const char *const names[] = {
		[PART_ON]		= "on",
		[PART_OFF]		= "off",
		[PART_UNAVAILABLE]	= "unavailable",
		[PART_UNNEEDED]		= "unneeded",
	};

	return names[state];
}

bool state__is_fine(enum part_state state)
{
	return state == PART_ON || state == PART_UNNEEDED;
}
