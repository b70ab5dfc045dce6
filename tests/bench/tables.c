// SPDX-License-Identifier: GPL-2.0
/*
 * pvtables - writes the tables of README files from the stored results, or says
 * in KTAP whether text and results agree and all links lead to a file. A table
 * without a result is skipped, one whose results are incomplete or of another commit
 * than the others fails.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "readme.h"

static const char usage_text[] =
	"usage: pvtables [options] README...\n"
	"Write what stands between <!-- table: NAME --> and <!-- end -->.\n"
	"  --results DIR   where results are stored (tests/bench/results)\n"
	"  --check         write nothing; print KTAP, and fail where text and results\n"
	"                  differ and where a link leads to nothing\n"
	"  --list          print the names of the tables\n"
	"Exit status: 0, or 1 if anything is wrong.\n";

static bool check;

static void names__print(void)
{
	for (const char *const *name = figures__names(); *name; name++)
		puts(*name);
}

static void options__read(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "results", required_argument, NULL, 'r' },
		{ "check", no_argument, NULL, 'c' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ .name = NULL }
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'r') {
			figures__from(optarg);
		} else if (c == 'c') {
			check = true;
		} else if (c == 'l' || c == 'h') {
			c == 'l' ? names__print() : (void)fputs(usage_text, stdout);
			exit(0);
		} else {
			exit(1);
		}
	}
	if (optind < argc)
		return;
	fputs("pvtables: name a README; see pvtables --help\n", stderr);
	exit(1);
}

struct count {
	int tests, failed;
};

static void test__say(struct count *n, enum figures made, bool same, const char *path,
		      const char *name)
{
	bool ok = same && made != FIGURES_REFUSED;

	n->tests++;
	n->failed += !ok;
	printf("%sok %d %s: %s%s\n", ok ? "" : "not ", n->tests, path, name,
	       ok && made == FIGURES_NONE ? " # SKIP no result is stored" : "");
}

static void section__check(struct count *n, const struct readme *readme, int i)
{
	const struct section *s = &readme->section[i];
	bool same = s->made == FIGURES_REFUSED || !strcmp(s->shown, s->wanted);
	enum figures plot = figures__check_plot(s->name);

	if (!same)
		printf("# %s shows other figures than the results; run make tables\n",
		       readme->path);
	test__say(n, s->made, same, readme->path, s->name);
	if (plot != FIGURES_NONE)
		test__say(n, plot, true, readme->path, "the plot of the same results");
}

static bool readme__has_refused(const struct readme *readme)
{
	for (int i = 0; i < readme->count; i++)
		if (readme->section[i].made == FIGURES_REFUSED)
			return true;
	return false;
}

/* Returns how many tables could not be read or written, or -1. */
static int readme__serve(const char *path, struct count *n)
{
	struct readme readme;
	int ret = readme__read(&readme, path);

	for (int i = 0; !ret && check && i < readme.count; i++)
		section__check(n, &readme, i);
	if (!ret && check)
		test__say(n, FIGURES_MADE, !readme__check_links(&readme), path, "links");
	if (!ret && !check)
		ret = readme__has_refused(&readme) || readme__write(&readme);
	readme__free(&readme);
	return ret;
}

int main(int argc, char *argv[])
{
	struct count n = { 0 };
	bool bad = false;

	options__read(argc, argv);
	if (check)
		puts("KTAP version 1");
	for (; optind < argc; optind++)
		bad |= readme__serve(argv[optind], &n) != 0;
	if (check)
		printf("1..%d\n", n.tests);
	return fflush(stdout) || bad || n.failed;
}
