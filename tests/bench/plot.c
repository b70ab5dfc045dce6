// SPDX-License-Identifier: GPL-2.0
/*
 * The picture: for each figure a panel with a group of bars for each scenario,
 * a bar for each profile, its range, and the limit as a line across the group.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

/* Okabe and Ito: to be told apart with any colour vision, and in grey. */
static const char * const colours[] = {
	"#999999", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#f0e442", "#d55e00",
};

#define GROUP_WIDTH	0.8
#define PANEL_HEIGHT	430

static double bar__width(const struct results *r)
{
	return GROUP_WIDTH / r->profiles.count;
}

static double bar__x(const struct results *r, int scenario, int profile)
{
	return scenario + (profile - (r->profiles.count - 1) / 2.0) * bar__width(r);
}

/* gnuplot strings in single quotes know only one escape. */
static void quoted__print(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', out);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
	fputc('\'', out);
}

static void data__print(const struct results *r, int metric, FILE *out)
{
	for (int profile = 0; profile < r->profiles.count; profile++) {
		fprintf(out, "$bars%d_%d << EOD\n", metric, profile);
		for (int scenario = 0; scenario < r->scenarios.count; scenario++) {
			struct stats s = results__stats(r, scenario, profile, metric, VM_ALL);

			if (s.count)
				fprintf(out, "%g %.10g %.10g %.10g\n",
					bar__x(r, scenario, profile), s.median, s.min, s.max);
		}
		fputs("EOD\n", out);
	}
}

/* Returns false if this figure has no limits. */
static bool limits__print(const struct results *r, int metric, FILE *out)
{
	bool any = false;

	fprintf(out, "$limits%d << EOD\n", metric);
	for (int scenario = 0; scenario < r->scenarios.count; scenario++) {
		double limit = results__limit(r, scenario, metric, VM_ALL);

		if (isnan(limit) || !results__has_vm(r, scenario, metric, VM_ALL))
			continue;
		fprintf(out, "%g %.10g %g 0\n", scenario - 0.46, limit, 0.92);
		any = true;
	}
	fputs("EOD\n", out);
	return any;
}

static void tics__print(const struct results *r, FILE *out)
{
	fputs("set xtics scale 0 noenhanced (", out);
	for (int i = 0; i < r->scenarios.count; i++) {
		if (i)
			fputs(", ", out);
		quoted__print(r->scenarios.name[i], out);
		fprintf(out, " %d", i);
	}
	fputs(")\n", out);
}

static void bars__print(const struct results *r, int metric, FILE *out)
{
	for (int profile = 0; profile < r->profiles.count; profile++) {
		const char *colour = colours[profile % (sizeof(colours) / sizeof(*colours))];

		fprintf(out, " $bars%d_%d using 1:2:(%g) with boxes lc rgb '%s' fs solid 1 noborder title ",
			metric, profile, bar__width(r) * 0.92, colour);
		quoted__print(r->profiles.name[profile], out);
		fputs(", \\\n", out);
	}
}

/* On top of bars and limits: the range of each bar, and its median in figures. */
static void ranges__print(const struct results *r, int metric, FILE *out)
{
	for (int profile = 0; profile < r->profiles.count; profile++) {
		fprintf(out, " $bars%d_%d using 1:3:(0):($4-$3) with vectors heads size 0.05,90 lw 1.5 lc rgb '#000000' notitle, \\\n",
			metric, profile);
		fprintf(out, " $bars%d_%d using 1:4:(number($2)) with labels boxed offset 0,0.8 font ',10' notitle%s\n",
			metric, profile, profile < r->profiles.count - 1 ? ", \\" : "");
	}
}

/* Large numbers in thousands and millions, not in powers of ten. */
static const char *tics__format(const struct results *r, int metric)
{
	for (const struct measurement *m = r->m; m < r->m + r->count; m++)
		if (m->metric == metric && m->vm == VM_ALL && m->value >= 1e6)
			return "%.1s%c";
	return "%g";
}

static void panel__print(const struct results *r, int metric, FILE *out)
{
	struct metric figure = metric__find(r->metrics.name[metric]);
	bool limits;

	data__print(r, metric, out);
	limits = limits__print(r, metric, out);
	fprintf(out, "set ylabel '%s' noenhanced\nset format y '%s'\n", figure.heading,
		tics__format(r, metric));
	fprintf(out, "set title '%s; bars: medians, whiskers: lowest to highest%s' noenhanced font ',12'\n",
		metric__better(&figure),
		limits ? ", dashed: 1vm-1x without pvsched x fair share of the CPUs" : "");
	fputs("plot \\\n", out);
	bars__print(r, metric, out);
	if (limits)
		fprintf(out, " $limits%d using 1:2:3:4 with vectors nohead lw 2 dt (6,3) lc rgb '#d55e00' title 'limit', \\\n",
			metric);
	ranges__print(r, metric, out);
}

static bool panel__is_drawn(const struct results *r, int metric, const char *draw)
{
	const char *name = r->metrics.name[metric];

	return !metric__find(name).counter && (!draw || !strcmp(name, draw));
}

static int panels__count(const struct results *r, const char *draw)
{
	int count = 0;

	for (int i = 0; i < r->metrics.count; i++)
		count += panel__is_drawn(r, i, draw);
	return count;
}

static void title__print(const struct results *r, int panels, FILE *out)
{
	char *const *text = r->m->text;
	char title[512];

	snprintf(title, sizeof(title), "%s on %s CPUs, %d windows (lab %s, %s, commit %s)",
		 text[KEY_BENCH], text[KEY_PCPUS], results__windows(r), text[KEY_LAB],
		 text[KEY_VENDOR], text[KEY_COMMIT]);
	fprintf(out, "set multiplot layout %d,1 title ", panels);
	quoted__print(title, out);
	fprintf(out, " . \"\\n%s\" noenhanced font ',14'\n", lab__caveat(text[KEY_LAB]));
}

void plot__script(const struct results *r, const char *draw, const char *path, FILE *out)
{
	int width = 240 + r->scenarios.count * (60 + 42 * r->profiles.count);
	int panels = panels__count(r, draw);

	fprintf(out, "set terminal svg size %d,%d dynamic background '#ffffff' font 'sans-serif,13'\n",
		width < 800 ? 800 : width, PANEL_HEIGHT * panels + 60);
	fputs("set output ", out);
	quoted__print(path, out);
	fputs("\nset border 3 lc rgb '#606060'\nset grid ytics lc rgb '#dddddd' lw 1 lt 1\n"
	      "set ytics nomirror\nset key outside right center vertical samplen 2 noenhanced\n"
	      "set bmargin 3\n"
	      "set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.3,0.1\n"
	      "number(x) = x < 10 ? sprintf('%.3g', x) : x < 10000 ? sprintf('%.0f', x) : gprintf('%.1s%c', x)\n",
	      out);
	fprintf(out, "set xrange [-0.6:%g]\nset yrange [0:*]\nset offsets 0, 0, graph 0.08, 0\n",
		r->scenarios.count - 0.4);
	tics__print(r, out);
	title__print(r, panels, out);
	for (int metric = 0; metric < r->metrics.count; metric++)
		if (panel__is_drawn(r, metric, draw))
			panel__print(r, metric, out);
	fputs("unset multiplot\n", out);
}

static bool program__is_there(const char *name)
{
	char *copy = strdup(getenv("PATH") ?: "/usr/bin:/bin"), *rest = copy, *dir;
	char path[4096];
	bool found = false;

	while (!found && (dir = strsep(&rest, ":"))) {
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		found = !access(path, X_OK);
	}
	free(copy);
	return found;
}

int plot__write(const struct results *r, const char *draw, const char *path)
{
	FILE *gnuplot;
	int status;

	if (!panels__count(r, draw)) {
		fprintf(stderr, "pvreport: no figure is called %s; see pvreport --metrics\n", draw);
		return -1;
	}
	if (!program__is_there("gnuplot")) {
		fprintf(stderr, "pvreport: no plot %s without gnuplot; apt-get install gnuplot-nox\n",
			path);
		return -1;
	}
	gnuplot = popen("exec gnuplot", "w");
	if (!gnuplot) {
		fprintf(stderr, "pvreport: cannot start gnuplot: %s\n", strerror(errno));
		return -1;
	}
	plot__script(r, draw, path, gnuplot);
	status = pclose(gnuplot);
	if (!status && !access(path, R_OK))
		return 0;
	fprintf(stderr, "pvreport: gnuplot could not write %s (status %d); see its message above\n",
		path, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return -1;
}
