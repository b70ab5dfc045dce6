// SPDX-License-Identifier: GPL-2.0
/*
 * Reads, checks, completes, compares and writes measurements.
 *
 * A result that is missing is an error, never a shorter table: every figure
 * must be there for each profile and window of its scenario.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "json.h"
#include "results.h"

enum kind {
	TEXT,
	WHOLE,		/* a whole number */
	VM,		/* a whole number or "all" */
	AMOUNT,		/* a number, or null */
	LIMIT,		/* worked out here: whatever is read is dropped */
};

static const struct {
	const char *name;
	enum kind kind;
} keys[NR_KEYS] = {
	[KEY_BENCH]	= { "bench",	TEXT },
	[KEY_SCENARIO]	= { "scenario",	TEXT },
	[KEY_LAB]	= { "lab",	TEXT },
	[KEY_VENDOR]	= { "vendor",	TEXT },
	[KEY_CLOCK]	= { "clock",	WHOLE },
	[KEY_PREEMPT]	= { "preempt",	TEXT },
	[KEY_LAYOUT]	= { "layout",	TEXT },
	[KEY_PROFILE]	= { "profile",	TEXT },
	[KEY_PCPUS]	= { "pcpus",	WHOLE },
	[KEY_VMS]	= { "vms",	WHOLE },
	[KEY_VCPUS]	= { "vcpus",	WHOLE },
	[KEY_VM]	= { "vm",	VM },
	[KEY_METRIC]	= { "metric",	TEXT },
	[KEY_VALUE]	= { "value",	AMOUNT },
	[KEY_LIMIT]	= { "limit",	LIMIT },
	[KEY_UNIT]	= { "unit",	TEXT },
	[KEY_WINDOW]	= { "window",	WHOLE },
	[KEY_COMMIT]	= { "commit",	TEXT },
	[KEY_KERNEL]	= { "kernel",	TEXT },
};

static const struct {
	const char *lab, *caveat;
} caveats[] = {
	{ "bochs", "virtual time: counts instructions, no caches; not hardware" },
	{ "tcg", "emulated real time: ratios mean nothing" },
	{ "icount", "virtual time: counts instructions of one CPU, no caches; not hardware" },
	{ "kvm", "real time, in a virtual machine: VM exits cost more than on hardware" },
	{ "metal", "real time, on hardware" },
};

const char *lab__caveat(const char *lab)
{
	for (size_t i = 0; i < sizeof(caveats) / sizeof(*caveats); i++)
		if (!strcmp(caveats[i].lab, lab))
			return caveats[i].caveat;
	return NULL;
}

static int __printf(1, 2) fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return -1;
}

static void *must(void *memory)
{
	if (!memory)
		exit(-fail("no memory left"));
	return memory;
}

int names__find(const struct names *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], name))
			return i;
	return -1;
}

static int names__index(struct names *names, const char *name)
{
	int i = names__find(names, name);

	if (i >= 0)
		return i;
	names->name = must(realloc(names->name, (names->count + 1) * sizeof(*names->name)));
	names->name[names->count] = name;
	return names->count++;
}

static int key__find(const char *name)
{
	for (int k = 0; k < NR_KEYS; k++)
		if (!strcmp(keys[k].name, name))
			return k;
	return -1;
}

static bool text__is_whole(const char *text)
{
	return *text && strlen(text) < 6 && !text[strspn(text, "0123456789")];
}

static bool pair__fits(const struct json_pair *pair, enum kind kind)
{
	bool number = pair->type == JSON_NUMBER;

	switch (kind) {
	case TEXT:
		return pair->type == JSON_STRING && *pair->text;
	case WHOLE:
		return number && text__is_whole(pair->text);
	case VM:
		return number ? text__is_whole(pair->text) :
				pair->type == JSON_STRING && !strcmp(pair->text, "all");
	case AMOUNT:
		return pair->type == JSON_NULL ||
		       (number && *pair->text != '-' && isfinite(strtod(pair->text, NULL)));
	default:
		return number || pair->type == JSON_NULL;
	}
}

/* Move the texts of @object to @m, in the order of keys. */
static int measurement__take(struct measurement *m, struct json_object *object,
			     const char *where)
{
	for (int i = 0; i < object->count; i++) {
		struct json_pair *pair = &object->pair[i];
		int k = key__find(pair->key);

		if (k < 0)
			return fail("%s: unknown key '%s'", where, pair->key);
		if (!pair__fits(pair, keys[k].kind))
			return fail("%s: '%s' cannot be '%s'", where, pair->key, pair->text);
		if (keys[k].kind == LIMIT)
			continue;
		m->text[k] = pair->text;
		pair->text = NULL;
	}
	return 0;
}

/* Nothing happened in the window that it could be measured of. */
static bool measurement__is_null(const struct measurement *m)
{
	return !strcmp(m->text[KEY_VALUE], "null");
}

static int measurement__complete(struct measurement *m, const struct given *given,
				 const char *where)
{
	if (given->commit) {
		free(m->text[KEY_COMMIT]);
		m->text[KEY_COMMIT] = must(strdup(given->commit));
	}
	if (!m->text[KEY_KERNEL] && given->kernel)
		m->text[KEY_KERNEL] = must(strdup(given->kernel));
	for (int k = 0; k < NR_KEYS; k++)
		if (!m->text[k] && keys[k].kind != LIMIT)
			return fail("%s: no '%s'%s", where, keys[k].name,
				    k == KEY_COMMIT ? "; give --commit" :
				    k == KEY_KERNEL ? "; give --kernel" : "");
	if (measurement__is_null(m) && !metric__find(m->text[KEY_METRIC]).if_any)
		return fail("%s: %s cannot be null", where, m->text[KEY_METRIC]);
	return 0;
}

/* A file holds one benchmark of one machine. */
static int measurement__same_run(const struct measurement *m, const struct measurement *first,
				 const char *where)
{
	static const enum key same[] = {
		KEY_BENCH, KEY_LAB, KEY_VENDOR, KEY_CLOCK, KEY_PREEMPT, KEY_LAYOUT, KEY_PCPUS,
		KEY_COMMIT
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		if (strcmp(m->text[same[i]], first->text[same[i]]))
			return fail("%s: %s is '%s', but '%s' before it; report one run at a time",
				    where, keys[same[i]].name, m->text[same[i]],
				    first->text[same[i]]);
	if (!lab__caveat(m->text[KEY_LAB]))
		return fail("%s: unknown lab '%s'; known: bochs tcg icount kvm metal",
			    where, m->text[KEY_LAB]);
	return 0;
}

static void results__index(struct results *r, struct measurement *m)
{
	m->scenario = names__index(&r->scenarios, m->text[KEY_SCENARIO]);
	m->profile = names__index(&r->profiles, m->text[KEY_PROFILE]);
	m->metric = names__index(&r->metrics, m->text[KEY_METRIC]);
	m->window = atoi(m->text[KEY_WINDOW]);
	m->value = strtod(m->text[KEY_VALUE], NULL);
	m->vm = strcmp(m->text[KEY_VM], "all") ? atoi(m->text[KEY_VM]) : VM_ALL;
	if (m->window < r->first_window)
		r->first_window = m->window;
	if (m->window > r->last_window)
		r->last_window = m->window;
	if (m->vm > r->last_vm)
		r->last_vm = m->vm;
}

static bool measurement__same(const struct measurement *a, const struct measurement *b)
{
	return a->scenario == b->scenario && a->profile == b->profile &&
	       a->metric == b->metric && a->vm == b->vm && a->window == b->window;
}

static int results__check_new(const struct results *r, const char *where)
{
	const struct measurement *last = &r->m[r->count - 1];

	for (const struct measurement *m = r->m; m < last; m++) {
		if (measurement__same(m, last))
			return fail("%s: the same measurement a second time", where);
		if (m->metric == last->metric && strcmp(m->text[KEY_UNIT], last->text[KEY_UNIT]))
			return fail("%s: %s in '%s', but in '%s' before", where,
				    last->text[KEY_METRIC], last->text[KEY_UNIT],
				    m->text[KEY_UNIT]);
	}
	return 0;
}

static int results__add(struct results *r, const char *line, const char *where,
			const struct given *given)
{
	struct json_object object;
	const char *error = json__parse(&object, line);
	struct measurement *m;
	int ret;

	if (error)
		return fail("%s: not a measurement: %s", where, error);
	r->m = must(realloc(r->m, (r->count + 1) * sizeof(*r->m)));
	m = &r->m[r->count++];
	*m = (struct measurement){ 0 };
	ret = measurement__take(m, &object, where);
	json__free(&object);
	if (ret || measurement__complete(m, given, where) ||
	    measurement__same_run(m, r->m, where))
		return -1;
	results__index(r, m);
	return results__check_new(r, where);
}

/*
 * Where the unit is a figure and the metrics are not, the metrics are what is
 * compared: they take the place of the scenarios.
 */
static void results__pivot(struct results *r)
{
	struct names units = { 0 }, metrics = r->metrics;

	for (struct measurement *m = r->m; m < r->m + r->count; m++)
		if (!metric__find(m->text[KEY_METRIC]).counter ||
		    metric__find(m->text[KEY_UNIT]).counter)
			return;
	for (struct measurement *m = r->m; m < r->m + r->count; m++) {
		m->scenario = m->metric;
		m->metric = names__index(&units, m->text[KEY_UNIT]);
	}
	free(r->scenarios.name);
	r->scenarios = metrics;
	r->metrics = units;
}

/* Exchange the profile called @name with the one at @place. */
static bool profile__place(struct results *r, int place, const char *name)
{
	int from = names__find(&r->profiles, name);
	const char *other;

	if (from < place)
		return false;
	other = r->profiles.name[place];
	r->profiles.name[place] = r->profiles.name[from];
	r->profiles.name[from] = other;
	for (struct measurement *m = r->m; m < r->m + r->count; m++) {
		if (m->profile == from)
			m->profile = place;
		else if (m->profile == place)
			m->profile = from;
	}
	return true;
}

/* Profiles take turns, so the first to appear says nothing. */
static void profiles__order(struct results *r, const char *order)
{
	char *copy = must(strdup(order)), *rest = copy, *name;
	int place = 0;

	while ((name = strsep(&rest, ",")))
		place += profile__place(r, place, name);
	free(copy);
}

static int results__read(struct results *r, FILE *f, const struct given *given)
{
	char *line = NULL, where[PATH_MAX];
	size_t size = 0;
	int ret = 0;

	for (int number = 1; !ret && getline(&line, &size, f) >= 0; number++) {
		snprintf(where, sizeof(where), "%s:%d", r->path, number);
		ret = results__add(r, line, where, given);
	}
	free(line);
	if (!ret && ferror(f))
		ret = fail("cannot read %s: %s", r->path, strerror(errno));
	return ret;
}

int results__load(struct results *r, const char *path, const struct given *given)
{
	FILE *f = fopen(path, "r");
	int ret;

	*r = (struct results){ .path = path, .first_window = INT_MAX };
	if (!f)
		return fail("cannot read %s: %s", path, strerror(errno));
	ret = results__read(r, f, given);
	fclose(f);
	if (!ret && !r->count)
		ret = fail("%s holds no measurement; did the run end early?", path);
	if (!ret) {
		results__pivot(r);
		profiles__order(r, given->profiles ?: "base,off,on");
	}
	return ret;
}

void results__free(struct results *r)
{
	for (size_t i = 0; i < r->count; i++)
		for (int k = 0; k < NR_KEYS; k++)
			free(r->m[i].text[k]);
	free(r->m);
	free(r->scenarios.name);
	free(r->profiles.name);
	free(r->metrics.name);
}

struct stats results__stats(const struct results *r, int scenario, int profile,
			    int metric, int vm)
{
	double *values = must(malloc(r->count * sizeof(*values)));
	struct stats stats;
	size_t count = 0;

	for (const struct measurement *m = r->m; m < r->m + r->count; m++)
		if (m->scenario == scenario && m->profile == profile &&
		    m->metric == metric && m->vm == vm && !measurement__is_null(m))
			values[count++] = m->value;
	stats = stats__of(values, count);
	free(values);
	return stats;
}

struct stats results__counter(const struct results *r, int scenario, int profile,
			      const struct metric *counter, int vm)
{
	int windows = results__windows(r);
	double *sum = must(calloc(windows, sizeof(*sum)));
	struct stats stats;
	bool found = false;

	for (const struct measurement *m = r->m; m < r->m + r->count; m++) {
		if (m->scenario != scenario || m->profile != profile || m->vm != vm ||
		    strcmp(metric__find(m->text[KEY_METRIC]).name, counter->name))
			continue;
		sum[m->window - r->first_window] += m->value;
		found = true;
	}
	stats = stats__of(sum, found ? windows : 0);
	free(sum);
	return stats;
}

int results__reference(const struct results *r)
{
	int base = names__find(&r->profiles, "base");

	return base < 0 ? names__find(&r->profiles, "off") : base;
}

/*
 * What the measured VMs would do with their share of the CPUs if overcommitting
 * cost nothing: the rate of one VM with a vCPU for each CPU, times that share.
 */
double results__limit(const struct results *r, int scenario, int metric, int vm)
{
	struct stats base;
	struct setup setup;

	if (!metric__find(r->metrics.name[metric]).rate)
		return NAN;
	base = results__stats(r, names__find(&r->scenarios, "1vm-1x"),
			      results__reference(r), metric, VM_ALL);
	if (!base.count || !setup__parse(&setup, r->scenarios.name[scenario]))
		return NAN;
	return base.median * setup__share(&setup, vm == VM_ALL);
}

bool results__has_vm(const struct results *r, int scenario, int metric, int vm)
{
	for (const struct measurement *m = r->m; m < r->m + r->count; m++)
		if (m->scenario == scenario && m->metric == metric && m->vm == vm)
			return true;
	return false;
}

int results__windows(const struct results *r)
{
	return r->last_window - r->first_window + 1;
}

static int check__list(const struct names *names, const char *list, const char *what,
		       const char *path)
{
	char *copy = must(strdup(list ? list : "")), *rest = copy, *name;
	int ret = 0;

	while (!ret && (name = strsep(&rest, ",")))
		if (*name && names__find(names, name) < 0)
			ret = fail("%s: %s '%s' has no result; the run is incomplete",
				   path, what, name);
	free(copy);
	return ret;
}

static const char *vm__name(int vm)
{
	static char name[16];

	snprintf(name, sizeof(name), "%d", vm);
	return vm == VM_ALL ? "all" : name;
}

/* Name the first window that is not there. */
static int check__windows(const struct results *r, int scenario, int profile,
			  int metric, int vm)
{
	bool *seen = must(calloc(results__windows(r), sizeof(*seen)));
	int missing = 0;

	for (const struct measurement *m = r->m; m < r->m + r->count; m++)
		if (m->scenario == scenario && m->profile == profile &&
		    m->metric == metric && m->vm == vm)
			seen[m->window - r->first_window] = true;
	while (missing < results__windows(r) && seen[missing])
		missing++;
	free(seen);
	if (missing == results__windows(r))
		return 0;
	return fail("%s: %s of %s, profile %s, vm %s has no result in window %d; run it again",
		    r->path, r->metrics.name[metric], r->scenarios.name[scenario],
		    r->profiles.name[profile], vm__name(vm), missing + r->first_window);
}

/* A profile may be without a counter, but not without some windows of it. */
static int check__metric(const struct results *r, int scenario, int metric, int vm)
{
	struct metric info = metric__find(r->metrics.name[metric]);

	for (int profile = 0; profile < r->profiles.count; profile++) {
		if (info.counter && !results__stats(r, scenario, profile, metric, vm).count)
			continue;
		if (check__windows(r, scenario, profile, metric, vm))
			return -1;
	}
	return 0;
}

/* Rates are measured for each VM if there are several, figures for all. */
static int check__vms(const struct results *r, int scenario, int metric)
{
	struct metric info = metric__find(r->metrics.name[metric]);
	struct setup setup = { };
	unsigned int vms = 0;
	bool known = setup__parse(&setup, r->scenarios.name[scenario]);

	if (!info.counter && !(info.beside && !setup.burning) &&
	    !results__has_vm(r, scenario, metric, VM_ALL))
		return fail("%s: %s of %s has no result for vm all; the run is incomplete",
			    r->path, info.name, r->scenarios.name[scenario]);
	for (int vm = VM_ALL; vm <= r->last_vm; vm++) {
		if (!results__has_vm(r, scenario, metric, vm))
			continue;
		vms += vm != VM_ALL;
		if (check__metric(r, scenario, metric, vm))
			return -1;
	}
	if (info.rate && known && setup.measured > 1 && vms != setup.measured)
		return fail("%s: %s of %s has results of %u VMs, not %u; the run is incomplete",
			    r->path, info.name, r->scenarios.name[scenario], vms, setup.measured);
	return 0;
}

int results__check(const struct results *r, const struct given *given)
{
	bool figure = false;

	if (check__list(&r->scenarios, given->scenarios, "scenario", r->path) ||
	    check__list(&r->profiles, given->profiles, "profile", r->path))
		return -1;
	if (given->windows && results__windows(r) != given->windows)
		return fail("%s: %d windows, not %d; the run is incomplete",
			    r->path, results__windows(r), given->windows);
	for (int metric = 0; metric < r->metrics.count; metric++) {
		figure |= !metric__find(r->metrics.name[metric]).counter;
		for (int scenario = 0; scenario < r->scenarios.count; scenario++)
			if (check__vms(r, scenario, metric))
				return -1;
	}
	return figure ? 0 : fail("%s holds counters, but no figure", r->path);
}

static void measurement__write(const struct results *r, const struct measurement *m, FILE *f)
{
	double limit = results__limit(r, m->scenario, m->metric, m->vm);

	for (int k = 0; k < NR_KEYS; k++) {
		fprintf(f, "%s\"%s\":", k ? "," : "{", keys[k].name);
		if (keys[k].kind == LIMIT && isnan(limit))
			fputs("null", f);
		else if (keys[k].kind == LIMIT)
			fprintf(f, "%.10g", limit);
		else if (keys[k].kind == TEXT || (keys[k].kind == VM && m->vm == VM_ALL))
			json__write_string(f, m->text[k]);
		else
			fputs(m->text[k], f);
	}
	fputs("}\n", f);
}

/* Never leave half a file under the name of a whole one. */
int results__write(const struct results *r, const char *path)
{
	char part[PATH_MAX];
	FILE *f;
	int bad;

	snprintf(part, sizeof(part), "%s.part", path);
	f = fopen(part, "w");
	if (!f)
		return fail("cannot write %s: %s", part, strerror(errno));
	for (size_t i = 0; i < r->count; i++)
		measurement__write(r, &r->m[i], f);
	bad = ferror(f);
	if (fclose(f) || bad || rename(part, path)) {
		fail("cannot write %s: %s", path, strerror(errno));
		remove(part);
		return -1;
	}
	return 0;
}

/* Commit and kernel say where figures come from; they are none themselves. */
static int measurement__compare(const struct measurement *a, const struct measurement *b, int line)
{
	for (int k = 0; k < NR_KEYS; k++) {
		if (k == KEY_COMMIT || k == KEY_KERNEL || k == KEY_LIMIT ||
		    !strcmp(a->text[k], b->text[k]))
			continue;
		return fail("measurement %d (%s %s, window %s, vm %s, %s): %s is %s and %s", line,
			    a->text[KEY_SCENARIO], a->text[KEY_PROFILE], a->text[KEY_WINDOW],
			    a->text[KEY_VM], a->text[KEY_METRIC], keys[k].name,
			    a->text[k], b->text[k]);
	}
	return 0;
}

int results__compare(const char *path_a, const char *path_b)
{
	struct given given = { .commit = "-", .kernel = "-" };
	struct results a = { 0 }, b = { 0 };
	int ret = -1;

	if (results__load(&a, path_a, &given) || results__load(&b, path_b, &given))
		goto out;
	ret = 0;
	for (size_t i = 0; !ret && i < a.count && i < b.count; i++)
		ret = measurement__compare(&a.m[i], &b.m[i], i + 1);
	if (!ret && a.count != b.count)
		ret = fail("%s holds %zu measurements, %s %zu", path_a, a.count, path_b, b.count);
out:
	results__free(&a);
	results__free(&b);
	return ret;
}
