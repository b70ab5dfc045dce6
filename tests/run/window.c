// SPDX-License-Identifier: GPL-2.0
/*
 * A window: one profile, one workload in all measured VMs from the same
 * moment, and what it printed and the counters said.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "hist.h"
#include "neighbours.h"
#include "options.h"
#include "out.h"
#include "sleepers.h"
#include "stats.h"
#include "where.h"
#include "window.h"

#define SETTLE_US	50000
#define ELAPSED		"elapsed"

static void window__command(const struct bench *bench, const struct vm *vm,
			    char *line, size_t size)
{
	const char *p;
	size_t n = 0;

	for (p = bench->command; *p && n + 12 < size; p++) {
		if (p[0] == '%' && (p[1] == 'v' || p[1] == 's'))
			n += sprintf(line + n, "%d", *++p == 'v' ? vm->vcpus : opt.seconds);
		else
			line[n++] = *p;
	}
	line[n] = '\0';
}

/*
 * Blanks in the pattern match any number of them, '#' matches the number. Return what
 * is behind the match, or NULL.
 */
static const char *pattern__match(const char *pattern, const char *line, double *value)
{
	for (; *pattern; pattern++) {
		if (*pattern == ' ') {
			if (!isspace((unsigned char)*line))
				return NULL;
			line += strspn(line, " \t");
		} else if (*pattern == '#') {
			char *end;

			*value = strtod(line, &end);
			if (end == line)
				return NULL;
			line = end;
		} else if (*pattern != *line++) {
			return NULL;
		}
	}
	return line;
}

static bool output__match(const struct output *o, const char *line, double *value)
{
	const char *rest = pattern__match(o->pattern, line, value);

	while (!rest && o->part && *line)
		rest = pattern__match(o->pattern, ++line, value);
	return rest && (o->part || !rest[strspn(rest, " \t")]);
}

/* Take the figures out of what the workload printed; each must be there. */
static int output__parse(const struct bench *bench, const struct vm *vm,
			 const char *text, struct values *vs)
{
	const struct output *o;
	double value = 0;

	for (o = bench->output; o->pattern; o++) {
		const char *p = text;
		bool found = false;

		while (*p && !found) {
			char *line = strndupa(p, strcspn(p, "\n"));

			found = output__match(o, line, &value);
			p += strlen(line);
			p += *p == '\n';
		}
		if (!found)
			return out__error("vm%d: %s printed no \"%s\"; it said: %.200s",
					  vm->id, bench->name, o->pattern, text);
		if (values__add(vs, o->metric, o->unit, value))
			return -1;
	}
	return 0;
}

static int window__collect(const struct bench *bench, struct vm *vm,
			   struct values *vs, bool show)
{
	struct reply reply;
	char prefix[16];
	int ret;

	if (vm__reply(vm, &reply, opt.seconds + opt.timeout))
		return -1;
	snprintf(prefix, sizeof(prefix), "# vm%d: ", vm->id);
	if (show || reply.status)
		out__text(prefix, reply.text);
	if (reply.status)
		ret = out__error("vm%d: %s failed with status %d, see above", vm->id,
				 bench->name, reply.status);
	else
		ret = output__parse(bench, vm, reply.text, vs);
	free(reply.text);
	return ret;
}

/* The user's own program prints what it likes: time it from here. */
static int window__time(const struct vm_set *set, struct values *work, double start)
{
	int i;

	for (i = 0; i < set->measured; i++)
		if (values__add(&work[i], ELAPSED, "s", now() - start))
			return -1;
	return 0;
}

/*
 * What the neighbours get done while the workload runs, for as long as it does so by
 * itself: in the middle, for to ask takes time.
 */
static int window__neighbours(struct vm_set *set, const struct bench *bench, struct values *vs)
{
	struct work before;

	if (!vs || !strstr(bench->command, "%s") || set->measured == set->count)
		return 0;
	usleep(opt.seconds * 100000);
	if (neighbours__read(set, &before))
		return -1;
	usleep(opt.seconds * 800000);
	return neighbours__since(set, &before, vs);
}

/* @beside: filled in with the neighbours' work, or NULL */
static int window__work(struct vm_set *set, const struct bench *bench,
			struct values *work, struct values *beside, bool show)
{
	char command[MAX_VMS][1000];
	double start;
	int i;

	for (i = 0; i < set->measured; i++)
		window__command(bench, &set->vm[i], command[i], sizeof(command[i]));
	start = now();
	for (i = 0; i < set->measured; i++)
		if (vm__tell(&set->vm[i], "run %s", command[i]))
			return -1;
	if (window__neighbours(set, bench, beside))
		return -1;
	for (i = 0; i < set->measured; i++)
		if (window__collect(bench, &set->vm[i], &work[i], show))
			return -1;
	return bench->output[0].pattern ? 0 : window__time(set, work, start);
}

static enum total total__of(const struct bench *bench, const char *name)
{
	const struct output *o;

	for (o = bench->output; o->pattern; o++)
		if (!strcmp(o->metric, name))
			return o->total;
	return strcmp(name, ELAPSED) ? TOTAL_SUM : TOTAL_MAX;
}

static double total__add(enum total total, double all, double value)
{
	switch (total) {
	case TOTAL_MAX:
		return value > all ? value : all;
	case TOTAL_MIN:
		return value < all ? value : all;
	default:
		return all + value;
	}
}

static int window__total(const struct vm_set *set, const struct bench *bench,
			 struct window *w)
{
	int i, j;

	w->all = w->vm[0];
	for (i = 1; i < set->measured; i++) {
		for (j = 0; j < w->all.count; j++) {
			struct value *all = &w->all.v[j];
			const struct value *v = values__find(&w->vm[i], all->name);

			if (!v)
				return out__error("vm%d has no %s", i + 1, all->name);
			all->value = total__add(total__of(bench, all->name),
						all->value, v->value);
		}
	}
	return 0;
}

/* Put the counters of the window behind the figures of the workload. */
static int window__count(struct vm *vm, const struct values *before,
			 struct values *vs)
{
	struct values after;

	if (stats__read(vm, &after) || values__since(before, &after))
		return -1;
	return values__append(vs, &after);
}

/* Milliseconds that the host's CPUs were idle, all together; -1 if unknown. */
static double host__idle(void)
{
	char text[256];
	double idle;

	if (file__read("/proc/stat", text, sizeof(text)) ||
	    sscanf(text, "cpu %*f %*f %*f %lf", &idle) != 1)
		return -1;
	return idle * 1000 / sysconf(_SC_CLK_TCK);
}

/* How the yields of the window fared; not a number if there was none. */
static int window__yields(const struct hist *before, struct window *w)
{
	const struct value *stuck = values__find(&w->all, "yields_stuck");
	const struct value *ignored = values__find(&w->all, "yields_ignored");
	const struct value *bounced = values__find(&w->all, "yields_bounced");
	double yields, share = NAN, p50 = NAN, p99 = NAN;
	struct hist hist;

	if (!stuck || !ignored || !bounced)
		return 0;
	if (hist__read(&hist))
		return -1;
	hist__since(before, &hist);
	yields = stuck->value + ignored->value + bounced->value;
	if (yields && hist__quantile(&hist, 0.5) >= 0) {
		share = stuck->value / yields;
		p50 = hist__quantile(&hist, 0.5);
		p99 = hist__quantile(&hist, 0.99);
	}
	return values__add(&w->all, "stick_share", "ratio", share) ||
	       values__add(&w->all, "yield_to_run_p50_ns", "ns", p50) ||
	       values__add(&w->all, "yield_to_run_p99_ns", "ns", p99) ? -1 : 0;
}

/*
 * The same work once more, beside tasks that sleep and wake up: what they get is a
 * figure, and what they cost stays out of the others.
 */
static int window__sleepers(struct vm_set *set, const struct bench *bench, struct window *w)
{
	struct values work[MAX_VMS] = { };

	if (sleepers__start())
		return -1;
	if (window__work(set, bench, work, NULL, false)) {
		sleepers__stop(NULL);
		return -1;
	}
	return sleepers__stop(&w->all);
}

int window__run(struct vm_set *set, const struct bench *bench,
		const struct profile *profile, struct window *w, bool show)
{
	struct values before[MAX_VMS], beside = { };
	struct hist yields;
	double idle;
	int i;

	memset(w, 0, sizeof(*w));
	if (profile && profile__apply(profile, set))
		return -1;
	out__drain();
	usleep(SETTLE_US);
	for (i = 0; i < set->measured; i++)
		if (stats__read(&set->vm[i], &before[i]))
			return -1;
	if (opt.where && profile && where__watch(set))
		return -1;
	idle = host__idle();
	if (hist__read(&yields) || window__work(set, bench, w->vm, &beside, show))
		return -1;
	idle = host__idle() - idle;
	if (opt.where && profile && where__note(profile->name))
		return -1;
	for (i = 0; i < set->measured; i++)
		if (window__count(&set->vm[i], &before[i], &w->vm[i]))
			return -1;
	if (window__total(set, bench, w) ||
	    values__add(&w->all, "host_idle_ms", "ms", idle) ||
	    values__append(&w->all, &beside))
		return -1;
	if (bench->yields && window__yields(&yields, w))
		return -1;
	return bench->sleepers ? window__sleepers(set, bench, w) : 0;
}
