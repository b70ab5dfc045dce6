// SPDX-License-Identifier: GPL-2.0
/*
 * The table: one block for each figure, one row for each scenario, VM and
 * profile. Counters, which explain the figures, stand beside the first one.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "output.h"

#define MAX_COLUMNS	20

struct table {
	int columns;
	size_t cells;
	char (*cell)[32];
};

static void __printf(2, 3) cell__add(struct table *t, const char *format, ...)
{
	va_list args;

	t->cell = realloc(t->cell, (t->cells + 1) * sizeof(*t->cell));
	if (!t->cell)
		abort();
	va_start(args, format);
	vsnprintf(t->cell[t->cells++], sizeof(*t->cell), format, args);
	va_end(args);
}

/* Three digits say all that a chaotic figure can. */
static void cell__number(struct table *t, double x)
{
	cell__add(t, "%.*f", x == floor(x) || x >= 100 ? 0 : x >= 10 ? 1 : 2, x);
}

static void cell__ratio(struct table *t, double x, double base)
{
	if (isnan(base) || base == 0)
		cell__add(t, "-");
	else
		cell__add(t, "%.3f", x / base);
}

/* Median and range; dashes if nothing happened that could be measured. */
static void cells__stats(struct table *t, const struct stats *s)
{
	if (!s->count) {
		cell__add(t, "-");
		cell__add(t, "-");
		return;
	}
	cell__number(t, s->median);
	cell__add(t, "[%.6g-%.6g]", s->min, s->max);
}

static void table__print_cells(const struct table *t, FILE *out)
{
	int width[MAX_COLUMNS] = { 0 };

	for (size_t i = 0; i < t->cells; i++) {
		int length = strlen(t->cell[i]);

		if (length > width[i % t->columns])
			width[i % t->columns] = length;
	}
	for (size_t i = 0; i < t->cells; i++) {
		int column = i % t->columns, left = column < 3;

		fprintf(out, "%*s%s", left ? -width[column] : width[column], t->cell[i],
			column == t->columns - 1 ? "\n" : "  ");
	}
}

/* Columns that no profile of no scenario has a value for stay away. */
static bool counter__is_there(const struct results *r, const struct metric *counter)
{
	for (int i = 0; i < r->metrics.count; i++)
		if (!strcmp(metric__find(r->metrics.name[i]).name, counter->name))
			return true;
	return false;
}

static const char *reference__name(const struct results *r)
{
	int reference = results__reference(r);

	return reference < 0 ? "off" : r->profiles.name[reference];
}

static void heading__print(struct table *t, const struct results *r, const struct metric *figure,
			   bool counters)
{
	cell__add(t, "scenario");
	cell__add(t, "vm");
	cell__add(t, "profile");
	cell__add(t, "%s", figure->heading);
	cell__add(t, "[min-max]");
	cell__add(t, "/%s", reference__name(r));
	if (figure->rate)
		cell__add(t, "/limit");
	for (const struct metric *c = metrics__counters(); counters && c->name; c++)
		if (counter__is_there(r, c))
			cell__add(t, "%s", c->heading);
	t->columns = t->cells;
}

static void row__counters(struct table *t, const struct results *r, int scenario, int profile,
			  int vm)
{
	for (const struct metric *c = metrics__counters(); c->name; c++) {
		struct stats s;

		if (!counter__is_there(r, c))
			continue;
		s = results__counter(r, scenario, profile, c, vm);
		if (s.count)
			cell__number(t, s.median / (c->unit ?: 1));
		else
			cell__add(t, "-");
	}
}

static void row__print(struct table *t, const struct results *r, int scenario, int profile,
		       int metric, int vm, bool counters)
{
	struct stats s = results__stats(r, scenario, profile, metric, vm);
	struct stats reference = results__stats(r, scenario, results__reference(r), metric, vm);

	cell__add(t, "%s", !profile && vm == VM_ALL ? r->scenarios.name[scenario] : "");
	if (profile)
		cell__add(t, "%s", "");
	else if (vm == VM_ALL)
		cell__add(t, "all");
	else
		cell__add(t, "%d", vm);
	cell__add(t, "%s", r->profiles.name[profile]);
	cells__stats(t, &s);
	cell__ratio(t, s.median, s.count && reference.count ? reference.median : NAN);
	if (metric__find(r->metrics.name[metric]).rate)
		cell__ratio(t, s.median, results__limit(r, scenario, metric, vm));
	if (counters)
		row__counters(t, r, scenario, profile, vm);
}

/* One VM's rows would repeat those of all. */
static bool vm__is_shown(const struct results *r, int scenario, int metric, int vm)
{
	int vms = 0;

	for (int i = 0; i <= r->last_vm; i++)
		vms += results__has_vm(r, scenario, metric, i);
	return results__has_vm(r, scenario, metric, vm) && (vm == VM_ALL || vms > 1);
}

static void figure__print(const struct results *r, int metric, bool counters, FILE *out)
{
	struct metric figure = metric__find(r->metrics.name[metric]);
	struct table t = { 0 };

	fprintf(out, "\n%s (%s):\n", figure.heading, metric__better(&figure));
	heading__print(&t, r, &figure, counters);
	for (int scenario = 0; scenario < r->scenarios.count; scenario++)
		for (int vm = VM_ALL; vm <= r->last_vm; vm++)
			for (int profile = 0; profile < r->profiles.count; profile++)
				if (vm__is_shown(r, scenario, metric, vm))
					row__print(&t, r, scenario, profile, metric, vm, counters);
	table__print_cells(&t, out);
	free(t.cell);
}

static bool any_rate(const struct results *r)
{
	for (int metric = 0; metric < r->metrics.count; metric++)
		if (metric__find(r->metrics.name[metric]).rate)
			return true;
	return false;
}

static void header__print(const struct results *r, FILE *out)
{
	char *const *text = r->m->text;

	fprintf(out, "%s: lab %s (%s), %s CPUs, %d windows for each profile, commit %s, kernel %s\n",
		text[KEY_BENCH], text[KEY_LAB], text[KEY_VENDOR], text[KEY_PCPUS],
		results__windows(r), text[KEY_COMMIT], text[KEY_KERNEL]);
	fprintf(out, "%s\n", lab__caveat(text[KEY_LAB]));
	fputs("Medians of the windows.", out);
	if (any_rate(r))
		fprintf(out, " /limit: against 1vm-1x of %s times the fair share of the CPUs.",
			reference__name(r));
	if (results__reference(r) < 0)
		fputs(" No ratio: neither base nor off was measured.", out);
	if (any_rate(r) && names__find(&r->scenarios, "1vm-1x") < 0)
		fputs(" No limit: 1vm-1x was not measured.", out);
	fputc('\n', out);
}

void table__print(const struct results *r, FILE *out)
{
	bool first = true;

	header__print(r, out);
	for (int metric = 0; metric < r->metrics.count; metric++) {
		if (metric__find(r->metrics.name[metric]).counter)
			continue;
		figure__print(r, metric, first, out);
		first = false;
	}
}
