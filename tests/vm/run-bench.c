// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmarks in scenarios. The VMs of a scenario boot once, and all profiles
 * are measured in them in turn: whatever drifts, drifts for all of them. Where
 * boots differ by more than profiles do, the windows are dealt among several.
 *
 * A scenario's measurements are printed when its VMs are gone, so that
 * printing them disturbs nothing.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "run.h"

#define DEFAULT_WINDOWS		5
#define BOOT_SECONDS		300
#define MAX_SCENARIOS		64

const struct bench ebizzy = {
	"ebizzy", "/bin/ebizzy -M -t %v -S %s", false, {
		RECORDS_PER_S,
		{ "real # s", "real", "s", TOTAL_MAX },
		{ "user # s", "user", "s", TOTAL_SUM },
		{ "sys # s", "sys", "s", TOTAL_SUM },
	}
};

/* A thread for each vCPU, 200 rounds inside the lock, about 400 outside. */
#define LOCKTEST	GUEST_FILES "locktest"
#define LOCK_COMMAND(locks)	\
	"echo 0 200 400 " locks " %s000 > " LOCKTEST " && cat " LOCKTEST
#define LOCK_OUTPUT {								\
		{ "acquisitions_per_s #", "acquisitions_per_s", "1/s", TOTAL_SUM },	\
		{ "wait_p50_ns #", "wait_p50_ns", "ns", TOTAL_MAX },		\
		{ "wait_p99_ns #", "wait_p99_ns", "ns", TOTAL_MAX },		\
		{ "wait_p999_ns #", "wait_p999_ns", "ns", TOTAL_MAX },		\
		{ "wait_max_ns #", "wait_max_ns", "ns", TOTAL_MAX },		\
		{ "fairness #", "fairness", "ratio", TOTAL_MIN },		\
	}

static const struct bench lock = { "lock", LOCK_COMMAND("1"), false, LOCK_OUTPUT };
static const struct bench locks = { "locks", LOCK_COMMAND("8"), false, LOCK_OUTPUT };

/* What the lock costs by itself: all vCPUs want it all the time, or nobody does. */
static const struct bench handover = {
	"handover", "echo 0 0 0 1 %s000 > " LOCKTEST " && cat " LOCKTEST, false, {
		{ "handover_cycles #", "handover_cycles", "cycles", TOTAL_MAX },
		{ "uncontended_cycles #", "uncontended_cycles", "cycles", TOTAL_MAX },
	}
};

/* Whether yields stick, and how long their targets take to run. */
static const struct bench yield = {
	"yield", "/bin/ebizzy -M -t %v -S %s", true, {
		RECORDS_PER_S,
	}
};

/*
 * A thread for each vCPU. Their intervals differ, or all would wake up at the
 * same time, and most of what is measured be how they wait for each other. The
 * histogram comes as JSON, without its empty buckets; a sample beyond the last
 * bucket counts as the longest.
 */
#define CYCLIC_FILE	"/cyclic.json"
#define CYCLIC_QUANTILES							\
	"awk -F '[\": ,]+' '/^ +\"[0-9]+\": [0-9]/ { n[$2] += $3 }"		\
	" /\"cycles\"/ { all += $3 } /\"max\"/ && $3 > max { max = $3 }"		\
	" END { p50 = p99 = max; for (us = 0; us < max; us++) { sum += n[us];"	\
	" if (p50 == max && sum >= all * .5) p50 = us;"				\
	" if (p99 == max && sum >= all * .99) p99 = us }"			\
	" print \"p50_us\", p50; print \"p99_us\", p99; print \"max_us\", max }' "

static const struct bench cyclic = {
	"cyclic", "cyclictest -q -m -p 80 -t %v -d 137 -i 1937 -D %s -h 10000 --json="
	CYCLIC_FILE " > /dev/null && " CYCLIC_QUANTILES CYCLIC_FILE, false, {
		{ "p50_us #", "cyclic_p50_us", "us", TOTAL_MAX },
		{ "p99_us #", "cyclic_p99_us", "us", TOTAL_MAX },
		{ "max_us #", "cyclic_max_us", "us", TOTAL_MAX },
	}
};

/*
 * Four kinds of stress, one after the other, of as many tasks as there are vCPUs
 * or a multiple of that: messages through sockets, TLB shootdowns, file locks
 * and mutexes. stress-ng prints a line of ten words for each of its own.
 *
 * TLB shootdowns take five times as long: their tasks start over seconds where
 * CPUs are few, and in one second that is all that is measured.
 */
#define STRESS_RATES								\
	"awk '/ groups using / { n = $6 * $9 * $9 / 4 } / will pass / { n *= $5 }"	\
	" /^Time:/ { print \"hackbench\", n / $2 }"				\
	" $2 == \"metrc:\" && NF == 10 && $9 > 0 { print $4, $9 }'"

static const struct bench stress = {
	"stress", "{ hackbench -g %v -f 2 -l 1000;"
	" for s in 'tlb-shootdown 5' 'flock 1' 'mutex 1'; do set -- $s;"
	" stress-ng --$1 %v -t $(($2 * %s)) --metrics-brief; done; } 2>&1 | " STRESS_RATES, false, {
		{ "hackbench #", "messages_per_s", "1/s", TOTAL_SUM },
		{ "tlb-shootdown #", "shootdowns_per_s", "1/s", TOTAL_SUM },
		{ "flock #", "flocks_per_s", "1/s", TOTAL_SUM },
		{ "mutex #", "mutexes_per_s", "1/s", TOTAL_SUM },
	}
};

static const struct bench *const benches[] = {
	&ebizzy,
	&yield,
	&lock,
	&locks,
	&handover,
	&cyclic,
	&stress,
};

/*
 * @factor vCPUs for each host CPU; 1:1 comes first, the others relate to it.
 * An extra one is run when it is named, not as one of "all".
 */
static const struct scenario {
	const char *name;
	int vms;
	int factor;
	int burns;
	bool extra;
} scenarios[] = {
	{ "1vm-1x", 1, 1, 0, false },
	{ "1vm-2x", 1, 2, 0, false },
	{ "1vm-4x", 1, 4, 0, false },
	{ "2vm-1x", 2, 1, 0, true },
	{ "2vm-2x", 2, 2, 0, false },
	{ "1vm-1burn", 1, 1, 1, false },
	{ "1vm-2burn", 1, 1, 2, false },
};

/* What the windows of a scenario have in common. */
struct run {
	const struct bench *bench;
	const char *scenario;
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
	out__line("bench exits (no scenarios)");
	out__line("bench ping (no scenarios)");
	for (i = 0; i < ARRAY_SIZE(scenarios); i++)
		out__line("scenario %s: %d measured of %d vCPUs a CPU, %d burning CPU%s",
			  scenarios[i].name, scenarios[i].vms,
			  scenarios[i].factor, scenarios[i].burns,
			  scenarios[i].extra ? "; not one of all" : "");
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
		"with \"bench\":\"%s\",\"scenario\":\"%s\",\"lab\":\"%s\",\"vendor\":\"%s\",\"pcpus\":%d,\"vms\":%d,\"vcpus\":%d,\"kernel\":\"%s\"\n",
		run->bench->name, run->scenario, opt.lab, opt.vendor, opt.pcpus,
		run->set.count, run->set.vm[0].vcpus, uts.release);
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

static int run__vms(struct run *run, const struct profile **turn, int turns)
{
	int ret;

	if (opt.dry_run) {
		out__line("# %s", run->scenario);
		vms__print(&run->set, turn[0]);
		return 0;
	}
	vm__limit(BOOT_SECONDS + (run->windows + 1) * turns *
		  (opt.seconds + opt.timeout));
	out__note("%s: %d VMs of %d vCPUs on %d CPUs, booting", run->scenario,
		  run->set.count, run->set.vm[0].vcpus, opt.pcpus);
	ret = vms__start(&run->set, turn[0]);
	if (!ret)
		ret = burn__start(&run->set);
	if (!ret)
		ret = run__windows(run, turn, turns);
	if (!ret && opt.where)
		where__print(run->scenario);
	vms__stop(&run->set);
	if (log__check(&run->set) && !ret)
		ret = out__error("%s: the kernel logs hold warnings, see above",
				 run->scenario);
	vms__remove(&run->set);
	return ret;
}

static bool same_boot(const struct profile *a, const struct profile *b)
{
	return !strcmp(a->boot ?: "", b->boot ?: "") &&
	       !strcmp(a->cpu ?: "", b->cpu ?: "");
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
		.windows = opt.windows ?: DEFAULT_WINDOWS,
	};

	if (vms__init(&run.set, sc->vms, sc->factor * opt.pcpus, sc->burns))
		return -1;
	return run__all(&run);
}

static bool scenario__is_called(const struct scenario *sc, const char *name)
{
	return !strcmp(name, "all") ? !sc->extra : !strcmp(name, sc->name);
}

static int scenarios__check(char **names)
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

/* Every scenario that one of @names calls, in the order of the names. */
static int scenarios__find(char **names, const struct scenario **found, int max)
{
	int n = 0;
	size_t i;

	for (; *names; names++)
		for (i = 0; i < ARRAY_SIZE(scenarios); i++)
			if (scenario__is_called(&scenarios[i], *names) && n < max)
				found[n++] = &scenarios[i];
	return n;
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
	return NULL;
}

/* bench BENCH SCENARIO... */
int bench__main(int argc, char **argv)
{
	const struct bench *bench = argc > 2 ? bench__find(argv[1]) : NULL;

	if (!bench) {
		out__error("bench needs a benchmark and scenarios; see pvrun --list (make list)");
		return EXIT_FAIL;
	}
	profile_count = profiles__parse(opt.profiles, profiles);
	if (profile_count < 0 || scenarios__check(argv + 2))
		return EXIT_FAIL;
	return scenarios__run(bench, argv + 2);
}

/* Put the words of a command line together for the guest's shell. */
static int join(char **words, char *line, size_t size)
{
	size_t len = 0;

	for (; *words && len < size; words++)
		len += snprintf(line + len, size - len, "%s%s", len ? " " : "", *words);
	return len && len < size ? 0 : -1;
}

/* workload [--vcpus N] [--vms N] -- COMMAND */
int workload__main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "vcpus", required_argument, NULL, 'c' },
		{ "vms", required_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct bench bench = { .name = "workload" };
	struct run run = {
		.bench = &bench,
		.scenario = "workload",
		.windows = opt.windows ?: 1,
		.show = true,
	};
	int c, vcpus = opt.pcpus, vms = 1;
	char command[900];

	optind = 0;
	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (c == 'c')
			vcpus = atoi(optarg);
		else if (c == 'v')
			vms = atoi(optarg);
		else
			return EXIT_FAIL;
	}
	if (join(argv + optind, command, sizeof(command))) {
		out__error("workload needs a command of less than %zu bytes", sizeof(command));
		return EXIT_FAIL;
	}
	bench.command = command;
	profile_count = profiles__parse(opt.profiles, profiles);
	if (profile_count < 0)
		return EXIT_FAIL;
	if (vms__init(&run.set, vms, vcpus, 0))
		return EXIT_FAIL;
	return run__all(&run) ? EXIT_FAIL : EXIT_PASS;
}
