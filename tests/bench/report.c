// SPDX-License-Identifier: GPL-2.0
/*
 * pvreport - from raw measurements to results, a table and a plot.
 *
 * The runner prints a JSON object for each measurement. pvreport checks that
 * none is missing, adds the limit and the commit, and writes what others read.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "results.h"

static struct {
	struct given given;
	const char *out;
	const char *svg;
	const char *draw;
	bool check_same;
} opt;

static const char usage_text[] =
	"usage: pvreport [options] RAW\n"
	"       pvreport --check-same A B\n"
	"Print a table of the measurements in RAW, a JSON object on each line.\n"
	"  --commit ID         the commit that was measured\n"
	"  --kernel RELEASE    the kernel, where RAW does not say\n"
	"  --out FILE          write the results, with commit and limit\n"
	"  --svg FILE          draw them (needs gnuplot)\n"
	"  --draw METRIC       of all figures only this one\n"
	"  --scenarios A,B     fail if one of these has no result\n"
	"  --profiles A,B      fail if one of these has no result\n"
	"  --windows N         fail if there are not N windows\n"
	"  --check-same        fail unless two files hold the same figures\n"
	"  --metrics           print the names of the metrics known\n"
	"Exit status: 0, or 1 if anything is wrong or missing.\n";

static void metrics__print(void)
{
	for (const struct metric *m = metrics__figures(); m->name; m++)
		printf("%-20s figure, %s%s\n", m->name, metric__better(m),
		       m->rate ? ", has a limit" : "");
	for (const struct metric *m = metrics__counters(); m->name; m++)
		printf("%-20s counter%s\n", m->name, m->sum ? ", sum of all with this prefix" : "");
}

static int windows__parse(const char *text)
{
	char *end;
	long windows = strtol(text, &end, 10);

	if (*text >= '0' && *text <= '9' && !*end && windows > 0 && windows < 100000)
		return windows;
	fprintf(stderr, "pvreport: --windows wants a number from 1 to 99999, not '%s'\n", text);
	exit(1);
}

static void option__set(int c)
{
	switch (c) {
	case 'c':
		opt.given.commit = optarg;
		break;
	case 'k':
		opt.given.kernel = optarg;
		break;
	case 'o':
		opt.out = optarg;
		break;
	case 'g':
		opt.svg = optarg;
		break;
	case 'd':
		opt.draw = optarg;
		break;
	case 's':
		opt.given.scenarios = optarg;
		break;
	case 'p':
		opt.given.profiles = optarg;
		break;
	case 'w':
		opt.given.windows = windows__parse(optarg);
		break;
	case 'x':
		opt.check_same = true;
		break;
	case 'm':
		metrics__print();
		exit(0);
	case 'h':
		fputs(usage_text, stdout);
		exit(0);
	default:
		exit(1);
	}
}

static void options__read(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "commit", required_argument, NULL, 'c' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "out", required_argument, NULL, 'o' },
		{ "svg", required_argument, NULL, 'g' },
		{ "draw", required_argument, NULL, 'd' },
		{ "scenarios", required_argument, NULL, 's' },
		{ "profiles", required_argument, NULL, 'p' },
		{ "windows", required_argument, NULL, 'w' },
		{ "check-same", no_argument, NULL, 'x' },
		{ "metrics", no_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ .name = NULL }
	};
	int c, files;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1)
		option__set(c);
	files = opt.check_same ? 2 : 1;
	if (argc - optind == files)
		return;
	fprintf(stderr, "pvreport: %d results file%s needed, %d given; see pvreport --help\n",
		files, files == 1 ? "" : "s", argc - optind);
	exit(1);
}

static int report(const char *path)
{
	struct results r;
	int ret = -1;

	if (!results__load(&r, path, &opt.given) && !results__check(&r, &opt.given)) {
		ret = opt.out ? results__write(&r, opt.out) : 0;
		table__print(&r, stdout);
		if (opt.svg && plot__write(&r, opt.draw, opt.svg))
			ret = -1;
	}
	results__free(&r);
	return ret;
}

int main(int argc, char *argv[])
{
	int ret;

	signal(SIGPIPE, SIG_IGN);
	options__read(argc, argv);
	ret = opt.check_same ? results__compare(argv[optind], argv[optind + 1]) :
			       report(argv[optind]);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "pvreport: cannot write the table: %s\n", strerror(errno));
		ret = -1;
	}
	return ret ? 1 : 0;
}
