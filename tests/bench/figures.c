// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of the README files: one row for each scenario and metric, one
 * column for each profile, and how the last profile compares with the first.
 *
 * Each file of results has to hold every scenario and profile that the table
 * names, in at least MIN_WINDOWS windows, and all files have to be of one commit.
 * A figure that misses one of these is no result, and no table is made of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler.h"
#include "figures.h"
#include "results.h"

#define MIN_WINDOWS	3
#define MAX_ROWS	8
#define MAX_FILES	2

#define ALL_SCENARIOS	"1vm-1x,1vm-2x,1vm-4x,2vm-2x,1vm-1burn,1vm-2burn,1vm-2x-1burn"
#define CROWDED		"1vm-4x,2vm-2x,1vm-1burn,1vm-2burn"
#define ONE_VM		"1vm-1x,1vm-2x,1vm-4x"
#define ALL_LOCKS	"native,tas,base,off,on"
#define THREE		"base,off,on"
#define FOUR		"base,off,unfolded,on"
#define EXITS		"floor,icr_physical,icr_logical,self_ipi,send_ipi_1,send_ipi_8," \
			"send_ipi_64,tsc_deadline_arm,tsc_deadline_past,timer_fire,yield_empty"

/* @unit: what is shown is the value divided by it; 0 stands for 1. */
struct row {
	const char *metric;
	const char *label;
	double unit;
};

/*
 * @name:	in the README's marker
 * @title:	what is shown, in which unit
 * @files:	in the folder of results, without their ending
 * @scenarios:	that must be there, or the metrics that take their place
 * @profiles:	the columns
 * @rows:	of each scenario
 * @ratio:	a last column compares "on" with "base", or with "off"
 * @plot:	a picture lies beside the results
 */
struct figure {
	const char *name;
	const char *title;
	const char *files[MAX_FILES];
	const char *scenarios;
	const char *profiles;
	struct row rows[MAX_ROWS];
	bool ratio;
	bool plot;
};

#define ROW(m, l, ...)		{ .metric = m, .label = l, ## __VA_ARGS__ }
#define ONLY(m, ...)		{ { .metric = m, ## __VA_ARGS__ } }

/* The longest round of a second, and the longest on any CPU of a window */
#define SLEEPERS {								\
		ROW("sleeper_rounds", "rounds/s, more is better"),		\
		ROW("sleeper_longest_us", "longest round, ms", .unit = 1000),	\
		ROW("sleeper_worst_us", "worst round, ms", .unit = 1000),	\
	}

static const struct figure figures[] = {
	{
		.name = "yield",
		.title = "`ebizzy -M`, records/s of all measured VMs, higher is better",
		.files = { "yield" }, .scenarios = ALL_SCENARIOS, .profiles = FOUR,
		.rows = ONLY("records_per_s"), .ratio = true, .plot = true,
	}, {
		.name = "stuck",
		.title = "Granted yields that stuck, percent, higher is better",
		.files = { "yield" }, .scenarios = ALL_SCENARIOS, .profiles = FOUR,
		.rows = ONLY("stick_share", .unit = 0.01),
	}, {
		.name = "yield-to-run",
		.title = "From a yield to the target's first instruction, 99%, us, lower is better",
		.files = { "yield" }, .scenarios = ALL_SCENARIOS, .profiles = FOUR,
		.rows = ONLY("yield_to_run_p99_ns", .unit = 1000),
	}, {
		.name = "sleepers",
		.title = "A task that sleeps 1 ms at a time beside `ebizzy -M`",
		.files = { "yield" }, .scenarios = ALL_SCENARIOS, .profiles = FOUR,
		.rows = SLEEPERS, .ratio = true,
	}, {
		.name = "yield-flat",
		.title = "`ebizzy -M`, records/s of all measured VMs, higher is better",
		.files = { "yield-flat" }, .scenarios = CROWDED, .profiles = FOUR,
		.rows = ONLY("records_per_s"), .ratio = true,
	}, {
		.name = "sleepers-flat",
		.title = "A task that sleeps 1 ms at a time beside `ebizzy -M`",
		.files = { "yield-flat" }, .scenarios = CROWDED, .profiles = FOUR,
		.rows = SLEEPERS, .ratio = true,
	}, {
		.name = "lock",
		.title = "Acquisitions/s of one spinlock in each VM, higher is better",
		.files = { "lock" }, .scenarios = ALL_SCENARIOS, .profiles = THREE,
		.rows = ONLY("acquisitions_per_s"), .ratio = true,
	}, {
		.name = "lock-wait",
		.title = "Waits for that lock, ms, lower is better",
		.files = { "lock" }, .scenarios = ALL_SCENARIOS, .profiles = THREE,
		.rows = {
			ROW("wait_p999_ns", "99.9%", .unit = 1e6),
			ROW("wait_max_ns", "longest", .unit = 1e6),
		},
	}, {
		.name = "lock-fairness",
		.title = "Acquisitions of the least served vCPU for each of the most served one",
		.files = { "lock" }, .scenarios = ALL_SCENARIOS, .profiles = THREE,
		.rows = ONLY("fairness"),
	}, {
		.name = "handover",
		.title = "The lock by itself, cycles, lower is better",
		.files = { "handover" }, .scenarios = "1vm-1x", .profiles = ALL_LOCKS,
		.rows = {
			ROW("uncontended_cycles", "lock and unlock, uncontended"),
			ROW("handover_cycles", "contended acquisition"),
		},
	}, {
		.name = "exits",
		.title = "Single exits, instructions, lower is better",
		.files = { "exits-bochs", "exits-icount" }, .scenarios = EXITS,
		.profiles = "off,on", .rows = ONLY("instructions"),
	}, {
		.name = "stress",
		.title = "Operations/s, higher is better",
		.files = { "stress" }, .scenarios = ONE_VM, .profiles = THREE,
		.rows = {
			ROW("messages_per_s", "hackbench"),
			ROW("shootdowns_per_s", "TLB shootdowns"),
			ROW("flocks_per_s", "file locks"),
			ROW("mutexes_per_s", "mutexes"),
		},
		.ratio = true,
	}, {
		.name = "cyclic",
		.title = "Wake-up latency, us, lower is better",
		.files = { "cyclic" }, .scenarios = "1vm-1x,1vm-2x", .profiles = THREE,
		.rows = {
			ROW("cyclic_p50_us", "median"),
			ROW("cyclic_p99_us", "99%"),
			ROW("cyclic_max_us", "longest"),
		},
	},
};

#define NR_FIGURES	(sizeof(figures) / sizeof(*figures))

/* Metrics that stand in the first column, in words. */
static const struct {
	const char *name, *text;
} words[] = {
	{ "floor", "the cheapest exit there is" },
	{ "icr_physical", "IPI, physical" },
	{ "icr_logical", "IPI, logical cluster" },
	{ "self_ipi", "IPI to itself" },
	{ "send_ipi_1", "`KVM_HC_SEND_IPI` to 1 vCPU" },
	{ "send_ipi_8", "`KVM_HC_SEND_IPI` to 8 vCPUs" },
	{ "send_ipi_64", "`KVM_HC_SEND_IPI` to 64 vCPUs, which the base sends" },
	{ "tsc_deadline_arm", "TSC deadline, armed" },
	{ "tsc_deadline_past", "TSC deadline in the past" },
	{ "timer_fire", "timer fires" },
	{ "yield_empty", "yield with nothing to do" },
};

static const char *dir = "tests/bench/results";

void figures__from(const char *from)
{
	dir = from;
}

const char *const *figures__names(void)
{
	static const char *names[NR_FIGURES + 1];

	for (size_t i = 0; i < NR_FIGURES; i++)
		names[i] = figures[i].name;
	return names;
}

static enum figures __printf(1, 2) refuse(const char *format, ...)
{
	va_list args;

	fputs("pvtables: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return FIGURES_REFUSED;
}

static const struct figure *figure__find(const char *name)
{
	for (size_t i = 0; i < NR_FIGURES; i++)
		if (!strcmp(figures[i].name, name))
			return &figures[i];
	return NULL;
}

static const char *figure__path(const struct figure *f, int file, const char *ending)
{
	static char path[MAX_FILES][PATH_MAX];

	snprintf(path[file], sizeof(path[file]), "%s/%s.%s", dir, f->files[file], ending);
	return path[file];
}

static int figure__files(const struct figure *f)
{
	int n = 0;

	while (n < MAX_FILES && f->files[n])
		n++;
	return n;
}

/* All tables that this process makes are of the commit of the first one. */
static int commit__check(const struct results *r)
{
	static char *commit, *path;
	const char *mine = r->m->text[KEY_COMMIT];

	if (!commit) {
		commit = strdup(mine);
		path = strdup(r->path);
	}
	if (strstr(mine, "dirty"))
		return refuse("%s is of commit %s, which names no source; commit, measure again",
			      r->path, mine);
	if (!strcmp(commit, mine))
		return 0;
	return refuse("%s is of commit %s, but %s of %s; measure both again with make figures",
		      r->path, mine, path, commit);
}

static enum figures results__get(const struct figure *f, int file, struct results *r)
{
	struct given given = { .scenarios = f->scenarios, .profiles = f->profiles };
	const char *path = figure__path(f, file, "jsonl");

	if (access(path, F_OK) && errno == ENOENT)
		return FIGURES_NONE;
	if (results__load(r, path, &given) || results__check(r, &given))
		return FIGURES_REFUSED;
	if (commit__check(r))
		return FIGURES_REFUSED;
	for (int i = 0; i < MAX_ROWS && f->rows[i].metric; i++)
		if (names__find(&r->metrics, f->rows[i].metric) < 0)
			return refuse("%s has no %s; measure again with make figures", path,
				      f->rows[i].metric);
	if (results__windows(r) < MIN_WINDOWS)
		return refuse("%s has %d windows, not %d; measure again with WINDOWS=%d", path,
			      results__windows(r), MIN_WINDOWS, MIN_WINDOWS);
	return FIGURES_MADE;
}

/* Three digits say all that a chaotic figure can. */
static void number__print(double x, FILE *out)
{
	fprintf(out, "%.*f", x == floor(x) || x >= 100 ? 0 : x >= 10 ? 1 : 2, x);
}

/* A median never comes without its range. */
static void cell__print(const struct stats *s, double unit, FILE *out)
{
	unit = unit ?: 1;
	if (!s->count) {
		fputs(" - |", out);
		return;
	}
	fputc(' ', out);
	number__print(s->median / unit, out);
	fputs(" (", out);
	number__print(s->min / unit, out);
	fputc('-', out);
	number__print(s->max / unit, out);
	fputs(") |", out);
}

static const char *scenario__words(const char *name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i].name, name))
			return words[i].text;
	return name;
}

static void ratio__print(const struct results *r, int scenario, int metric, FILE *out)
{
	struct stats on = results__stats(r, scenario, names__find(&r->profiles, "on"),
					 metric, VM_ALL);
	struct stats reference = results__stats(r, scenario, results__reference(r),
						metric, VM_ALL);

	fprintf(out, " %.3f |", on.median / reference.median);
}

static void row__print(const struct figure *f, const struct row *row, const struct results *r,
		       int scenario, FILE *out)
{
	fprintf(out, "| %s |", scenario__words(r[0].scenarios.name[scenario]));
	if (row->label)
		fprintf(out, " %s |", row->label);
	for (int file = 0; file < figure__files(f); file++) {
		int there = names__find(&r[file].scenarios, r[0].scenarios.name[scenario]);
		int metric = names__find(&r[file].metrics, row->metric);

		for (int profile = 0; profile < r[file].profiles.count; profile++) {
			struct stats s = results__stats(&r[file], there, profile, metric, VM_ALL);

			cell__print(&s, row->unit, out);
		}
	}
	if (f->ratio)
		ratio__print(r, scenario, names__find(&r->metrics, row->metric), out);
	fputc('\n', out);
}

static void heading__print(const struct figure *f, const struct results *r, FILE *out)
{
	int columns = 1 + !!f->rows[0].label + f->ratio;

	fprintf(out, "| %s |%s", f->files[1] ? "exit" : "scenario", f->rows[0].label ? " |" : "");
	for (int file = 0; file < figure__files(f); file++)
		for (int p = 0; p < r[file].profiles.count; p++, columns++)
			fprintf(out, " %s%s%s |", f->files[1] ? r[file].m->text[KEY_VENDOR] : "",
				f->files[1] ? ", " : "", r[file].profiles.name[p]);
	if (f->ratio)
		fprintf(out, " on/%s |", r->profiles.name[results__reference(r)]);
	fputs("\n|", out);
	while (columns--)
		fputs(" --- |", out);
	fputc('\n', out);
}

/* What the figures are of, so that none is read without it. */
static void source__print(const struct results *r, FILE *out)
{
	char *const *text = r->m->text;

	fprintf(out, "Lab `%s` (%s, %s), %s CPU%s of %s MHz, ", text[KEY_LAB], text[KEY_VENDOR],
		lab__caveat(text[KEY_LAB]), text[KEY_PCPUS],
		strcmp(text[KEY_PCPUS], "1") ? "s" : "", text[KEY_CLOCK]);
	fprintf(out, "preemption %s, cgroups %s, Linux %s.\n", text[KEY_PREEMPT],
		text[KEY_LAYOUT], text[KEY_KERNEL]);
}

static void figure__print(const struct figure *f, const struct results *r, FILE *out)
{
	fprintf(out, "%s. Medians (lowest-highest) of %d windows, commit %s.\n", f->title,
		results__windows(r), r->m->text[KEY_COMMIT]);
	for (int file = 0; file < figure__files(f); file++)
		source__print(&r[file], out);
	fputc('\n', out);
	heading__print(f, r, out);
	for (int scenario = 0; scenario < r->scenarios.count; scenario++)
		for (int i = 0; i < MAX_ROWS && f->rows[i].metric; i++)
			row__print(f, &f->rows[i], r, scenario, out);
}

enum figures figures__print(const char *name, FILE *out)
{
	const struct figure *f = figure__find(name);
	struct results r[MAX_FILES] = { };
	enum figures ret = FIGURES_MADE;

	if (!f)
		return refuse("no table is called '%s'; see pvtables --list", name);
	for (int file = 0; ret == FIGURES_MADE && file < figure__files(f); file++)
		ret = results__get(f, file, &r[file]);
	if (ret == FIGURES_MADE)
		figure__print(f, r, out);
	else if (ret == FIGURES_NONE)
		fprintf(out, "*%s: not measured yet; `make figures` does.*\n", f->title);
	for (int file = 0; file < figure__files(f); file++)
		results__free(&r[file]);
	return ret;
}

/* The plot names the commit in its title. */
static enum figures plot__check(const struct figure *f, const struct results *r)
{
	const char *path = figure__path(f, 0, "svg");
	FILE *svg = fopen(path, "r");
	char wanted[128], *line = NULL;
	bool found = false;
	size_t size = 0;

	if (!svg)
		return refuse("no plot %s; make it with make tables", path);
	snprintf(wanted, sizeof(wanted), "commit %.100s)", r->m->text[KEY_COMMIT]);
	while (!found && getline(&line, &size, svg) >= 0)
		found = strstr(line, wanted);
	free(line);
	fclose(svg);
	return found ? FIGURES_MADE :
		       refuse("%s is not of commit %s; make it again with make tables", path,
			      r->m->text[KEY_COMMIT]);
}

enum figures figures__check_plot(const char *name)
{
	const struct figure *f = figure__find(name);
	struct results r = { };
	enum figures ret;

	if (!f || !f->plot)
		return FIGURES_NONE;
	ret = results__get(f, 0, &r);
	if (ret == FIGURES_MADE)
		ret = plot__check(f, &r);
	results__free(&r);
	return ret;
}
