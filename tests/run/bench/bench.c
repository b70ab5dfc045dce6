// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmarks in scenarios. The VMs of a scenario boot once, and all profiles
 * are measured in them in turn, so that drift affects all profiles alike. Where
 * boots differ by more than profiles do, the windows are dealt among several.
 *
 * A scenario's measurements are printed when its VMs are gone, so that
 * printing them disturbs nothing.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "../clock.h"
#include "../layout.h"
#include "../log.h"
#include "../neighbours.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../qemu.h"
#include "../setting.h"
#include "../where.h"
#include "bench.h"
#include "scenario.h"

#define DEFAULT_WINDOWS		5
#define BOOT_SECONDS		300
#define MAX_SCENARIOS		64

static const struct bench *const benches[] = {
#define BENCH(name)	&bench_##name,
#include "list.h"
#undef BENCH
};

/* What the windows of a scenario have in common. */
struct run {
	const struct bench *bench;
	const char *scenario;
	bool steps;
	struct vm_set set;
	int windows;
	int first, last;	/* those of this boot, from 1 */
	bool show;
	FILE *results;
};

static struct profile profiles[MAX_PROFILES];
static int profile_count;

void bench__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		out__line("bench %s", benches[i]->name);
	out__line("bench workload (of your own)");
	out__line("bench exits (no scenarios)");
	out__line("bench ping (no scenarios)");
	scenarios__list();
}

/*
 * A measurement is a JSON object, but the channel may be a slow serial line:
 * "with" says once what all objects of a scenario share, and a line of "values"
 * holds a window's figures. pvlab writes the objects out.
 */
static void run__emit_common(struct run *run)
{
	struct utsname uts;

	uname(&uts);
	fprintf(run->results,
		"with \"bench\":\"%s\",\"scenario\":\"%s\",\"lab\":\"%s\",\"vendor\":\"%s\",\"pcpus\":%d,\"vms\":%d,\"vcpus\":%d,%s,\"kernel\":\"%s\"\n",
		run->bench->name, run->scenario, opt.lab, opt.vendor, opt.pcpus,
		run->set.count, run->set.vm[0].vcpus, setting__json(), uts.release);
}

static void run__emit(struct run *run, const struct profile *profile,
		      int window, const char *vm, const struct values *vs, int count)
{
	int i;

	fprintf(run->results, "values \"profile\":\"%s\",\"window\":%d,\"vm\":%s",
		profile->name, window, vm);
	for (i = 0; i < count; i++) {
		fprintf(run->results, " %s=", vs->v[i].name);
		if (isnan(vs->v[i].value))
			fputs("null", run->results);
		else
			fprintf(run->results, "%.12g", vs->v[i].value);
		fprintf(run->results, "=%s", vs->v[i].unit);
	}
	fputc('\n', run->results);
}

/* For a single VM only its first figure: the rest would repeat the total. */
static void run__emit_window(struct run *run, const struct profile *profile,
			     int window, const struct window *w)
{
	char vm[16];
	int i;

	run__emit(run, profile, window, "\"all\"", &w->all, w->all.count);
	for (i = 0; i < run->set.measured; i++) {
		snprintf(vm, sizeof(vm), "%d", i + 1);
		run__emit(run, profile, window, vm, &w->vm[i],
			  run->set.measured > 1 ? w->vm[i].count : 1);
	}
}

static int run__window(struct run *run, const struct profile *profile, int window)
{
	const struct value *first;
	struct window w;

	if (window__run(&run->set, run->bench, profile, &w, run->show))
		return -1;
	first = &w.all.v[0];
	if (window)
		run__emit_window(run, profile, window, &w);
	out__note("%s %s window %d/%d %s: %s %g%s", run->bench->name, run->scenario,
		  window, run->windows, profile->name, first->name,
		  first->value, window ? "" : " (warming up, not counted)");
	return 0;
}

/* Each window starts with another profile. */
static int run__windows(struct run *run, const struct profile **turn, int turns)
{
	int w, i;

	if (!run->show && run__window(run, turn[0], 0))
		return -1;
	for (w = run->first; w <= run->last; w++)
		for (i = 0; i < turns; i++)
			if (run__window(run, turn[(w + i) % turns], w))
				return -1;
	return 0;
}

static int run__setup(struct vm_set *set)
{
	int i;

	for (i = 0; opt.setup && i < set->measured; i++)
		if (vm__do(&set->vm[i], "run %s", opt.setup))
			return -1;
	return 0;
}

static int run__vms(struct run *run, const struct profile **turn, int turns)
{
	int ret;

	if (opt.dry_run) {
		out__line("# %s", run->scenario);
		qemu__print(&run->set, &turn[0]->boot);
		return 0;
	}
	clock__limit(BOOT_SECONDS + (run->windows + 1) * turns *
		     (1 + run->bench->sleepers) * (opt.seconds + opt.timeout));
	out__note("%s: %d VMs of %d vCPUs on %d CPUs, booting", run->scenario,
		  run->set.count, run->set.vm[0].vcpus, opt.pcpus);
	ret = profile__start(turn[0], &run->set);
	if (!ret)
		ret = layout__apply(&run->set);
	if (!ret)
		ret = run__setup(&run->set);
	if (!ret)
		ret = neighbours__start(&run->set, run->steps);
	if (!ret)
		ret = run__windows(run, turn, turns);
	if (!ret && opt.where)
		where__print(run->scenario);
	vms__stop(&run->set);
	layout__remove(&run->set);
	if (log__check(&run->set) && !ret)
		ret = out__error("%s: the kernel logs hold warnings, see above",
				 run->scenario);
	vms__remove(&run->set);
	return ret;
}

static bool same_boot(const struct profile *a, const struct profile *b)
{
	return !strcmp(a->boot.options ?: "", b->boot.options ?: "") &&
	       !strcmp(a->boot.cpu ?: "", b->boot.cpu ?: "");
}

/* Profiles that need the same boot share their VMs. */
static int run__profiles(struct run *run)
{
	const struct profile *turn[MAX_PROFILES];
	unsigned int done = 0;
	int i, j, turns, ret;

	for (i = 0; i < profile_count; i++) {
		if (done & (1U << i))
			continue;
		for (turns = 0, j = i; j < profile_count; j++) {
			if (!same_boot(&profiles[i], &profiles[j]))
				continue;
			turn[turns++] = &profiles[j];
			done |= 1U << j;
		}
		ret = run__vms(run, turn, turns);
		if (ret)
			return ret;
		vms__init(&run->set, run->set.measured, run->set.vm[0].vcpus,
			  run->set.count - run->set.measured);
	}
	return 0;
}

/* No boot is without a window, for there are no more boots than windows. */
static int run__boots(struct run *run)
{
	int boots = opt.boots < run->windows ? opt.boots : run->windows;
	int i, ret = 0;

	if (opt.dry_run)
		boots = 1;
	for (i = 0; i < boots && !ret; i++) {
		run->first = i * run->windows / boots + 1;
		run->last = (i + 1) * run->windows / boots;
		ret = run__profiles(run);
	}
	return ret;
}

static int run__all(struct run *run)
{
	char *text = NULL;
	size_t size;
	int ret;

	run->results = open_memstream(&text, &size);
	if (!run->results)
		return out__error("no memory for the results");
	run__emit_common(run);
	ret = run__boots(run);
	fclose(run->results);
	out__text("", text);
	free(text);
	return ret;
}

static int scenario__run(const struct bench *bench, const struct scenario *sc)
{
	struct run run = {
		.bench = bench,
		.scenario = sc->name,
		.steps = sc->steps,
		.windows = opt.windows ?: DEFAULT_WINDOWS,
	};

	if (vms__init(&run.set, sc->vms, sc->factor * opt.pcpus, sc->burns))
		return -1;
	return run__all(&run);
}

/*
 * Shares are runs of neighbours, so that all shares' results, put together, are
 * in order. A scenario that fails does not keep the others from running.
 */
static int scenarios__run(const struct bench *bench, char **names)
{
	const struct scenario *found[MAX_SCENARIOS];
	int i, n = scenarios__find(names, found, MAX_SCENARIOS);
	int ret = EXIT_PASS;

	for (i = 0; i < n; i++)
		if (i * opt.shares / n == opt.share - 1 && scenario__run(bench, found[i]))
			ret = EXIT_FAIL;
	return ret;
}

static const struct bench *bench__find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		if (!strcmp(name, benches[i]->name))
			return benches[i];
	if (!strcmp(name, "workload"))
		return workload__bench();
	out__error("no benchmark is called %s; see pvrun --list (make list)", name);
	return NULL;
}

int bench__main(int argc, char **argv)
{
	const struct bench *bench;

	if (argc < 3) {
		out__error("bench needs a benchmark and scenarios; see pvrun --list (make list)");
		return EXIT_FAIL;
	}
	bench = bench__find(argv[1]);
	if (!bench)
		return EXIT_FAIL;
	profile_count = profiles__parse(opt.profiles, profiles);
	if (profile_count < 0 || scenarios__check(argv + 2))
		return EXIT_FAIL;
	return scenarios__run(bench, argv + 2);
}

/* Put the words of a command line together for the guest's shell, as far as there is room. */
static void join(char **words, char *line, size_t size)
{
	size_t len = 0;

	for (*line = 0; *words && len < size; words++)
		len += snprintf(line + len, size - len, "%s%s", len ? " " : "", *words);
}

int workload__main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "vcpus", required_argument, NULL, 'c' },
		{ "vms", required_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct run run = {
		.scenario = "workload",
		.windows = opt.windows ?: 1,
		.show = true,
	};
	int c, vcpus = opt.pcpus, vms = 1;
	char command[1024];

	optind = 0;
	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (c == 'c')
			vcpus = atoi(optarg);
		else if (c == 'v')
			vms = atoi(optarg);
		else
			return EXIT_FAIL;
	}
	join(argv + optind, command, sizeof(command));
	opt.workload = command;
	run.bench = workload__bench();
	if (!run.bench)
		return EXIT_FAIL;
	profile_count = profiles__parse(opt.profiles, profiles);
	if (profile_count < 0)
		return EXIT_FAIL;
	if (vms__init(&run.set, vms, vcpus, 0))
		return EXIT_FAIL;
	return run__all(&run) ? EXIT_FAIL : EXIT_PASS;
}
