// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmarks of single exits: programs of tests/selftests that run in the host
 * itself and bring their own VM, once for each window and profile.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../file.h"
#include "../log.h"
#include "../options.h"
#include "../out.h"
#include "../proc.h"
#include "../profile.h"
#include "../setting.h"
#include "bench.h"

#define DEFAULT_WINDOWS	3

#define CLOCK		"/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define CLOCK_STEPS	100
#define CLOCK_STEP_US	100000

static const struct exits {
	const char *name;
	const char *command;
	int vcpus;
	const char *unit;
} benches[] = {
	{ "exits", "/bin/pvsched_exits", 65, "instructions" },
	{ "ping", "/bin/pvsched_ping", 2, "ns" },
};

/* A program's run, and how many figures it has printed. */
struct exits_window {
	const struct exits *bench;
	const struct profile *profile;
	int window;
	int found;
};

static void exits__emit(const struct exits_window *w, const char *metric, unsigned long value)
{
	const struct exits *bench = w->bench;
	struct utsname uts;

	uname(&uts);
	out__line("{\"bench\":\"%s\",\"scenario\":\"%dvcpu\",\"lab\":\"%s\",\"vendor\":\"%s\",\"profile\":\"%s\",\"pcpus\":%d,\"vms\":1,\"vcpus\":%d,\"vm\":\"all\",\"metric\":\"%s\",\"value\":%lu,\"unit\":\"%s\",\"window\":%d,%s,\"kernel\":\"%s\"}",
		  bench->name, bench->vcpus, opt.lab, opt.vendor, w->profile->name, opt.pcpus,
		  bench->vcpus, metric, value, bench->unit, w->window, setting__json(),
		  uts.release);
}

/* "METRIC VALUE" is a figure; anything else is passed on. */
static void exits__line(void *arg, const char *line)
{
	struct exits_window *w = arg;
	unsigned long value;
	char name[64];

	if (sscanf(line, "%63[a-z0-9_] %lu", name, &value) == 2) {
		if (w->window)
			exits__emit(w, name, value);
		w->found++;
	} else if (strcspn(line, "\r\n")) {
		out__note("%.*s", (int)strcspn(line, "\r\n"), line);
	}
}

static int exits__window(const struct exits *bench, const struct profile *profile, int window)
{
	struct exits_window w = { bench, profile, window, 0 };
	struct vm_set none = { .count = 0 };
	int status;

	if (profile__apply(profile, &none))
		return -1;
	status = proc__run(bench->command, opt.timeout, exits__line, &w);
	if (status)
		return out__error("%s: exit status %d", bench->command, status);
	if (!w.found)
		return out__error("%s printed no figure", bench->command);
	out__note("%s window %d, %s%s", bench->name, window, profile->name,
		  window ? "" : " (warming up, not counted)");
	return 0;
}

/* Timers have the resolution of a tick until the clock is calibrated, a while after boot. */
static void clock__await(void)
{
	char name[32];
	int i;

	for (i = 0; i < CLOCK_STEPS; i++) {
		if (!file__read(CLOCK, name, sizeof(name)) && !strstr(name, "early") &&
		    !strstr(name, "jiffies"))
			return;
		usleep(CLOCK_STEP_US);
	}
}

static int exits__run(const struct exits *bench, const struct profile *profiles, int count)
{
	int i, w, windows = opt.windows ?: DEFAULT_WINDOWS;

	clock__await();
	if (exits__window(bench, &profiles[0], 0))
		return EXIT_FAIL;
	for (w = 1; w <= windows; w++)
		for (i = 0; i < count; i++)
			if (exits__window(bench, &profiles[(w + i) % count], w))
				return EXIT_FAIL;
	return log__check(NULL) ? EXIT_FAIL : EXIT_PASS;
}

static const struct exits *exits__find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		if (!strcmp(benches[i].name, name))
			return &benches[i];
	return NULL;
}

bool exits__has(const char *name)
{
	return exits__find(name);
}

/* bench exits, bench ping: each window starts with another profile. */
int exits__main(const char *name)
{
	struct profile profiles[MAX_PROFILES];
	int count = profiles__parse(opt.profiles, profiles);
	const struct exits *bench = exits__find(name);

	if (count < 0 || !bench)
		return EXIT_FAIL;
	if (opt.dry_run) {
		out__line("# %s", bench->command);
		return EXIT_PASS;
	}
	return exits__run(bench, profiles, count);
}
