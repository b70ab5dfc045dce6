// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched, the command: command line and exit status. The manual page is
 * pvsched.8.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "status.h"
#include "switch.h"
#include "sys.h"
#include "top.h"

#ifndef VERSION
#define VERSION		"unknown"
#endif

static const char help[] =
	"usage: pvsched status [--json]\n"
	"       pvsched top [--json] [-n COUNT] [-d SECONDS]\n"
	"       pvsched on|off [PART...]\n"
	"\n"
	"Paravirtual vCPU scheduling of this host, or of this VM.\n"
	"\n"
	"  status       which parts are on, and for each that is not, why and what to do\n"
	"  top          what VMs get and wait for, and how their yields fare, live\n"
	"  on, off      switch parts, all that the kernel has if none is named; for root\n"
	"\n"
	"  --json       for programs; \"top\" prints an object a line\n"
	"  -n COUNT     so many reports (until interrupted)\n"
	"  -d SECONDS   between them (2)\n"
	"  --root=DIR   look at a made-up machine below DIR, in place of /\n"
	"  --help, --version\n"
	"\n"
	"Exit status: 0 all parts are on, or what was asked is done; 1 a part is off or\n"
	"unavailable, or something failed; 2 wrong usage; 4 neither a host nor a VM of KVM.\n";

enum { OPT_JSON = 256, OPT_ROOT, OPT_HELP, OPT_VERSION };

static const struct option options[] = {
	{ "json",	no_argument,	   NULL, OPT_JSON },
	{ "root",	required_argument, NULL, OPT_ROOT },
	{ "help",	no_argument,	   NULL, OPT_HELP },
	{ "version",	no_argument,	   NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

int complain(int status, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "pvsched: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return status;
}

static int option__number(double *value, const char *text, double least, double most)
{
	char *end;

	*value = strtod(text, &end);
	if (end == text || *end || !(*value >= least && *value <= most))
		return complain(EXIT_USAGE, "'%s' is no number from %g to %g", text, least, most);
	return 0;
}

static int option__take(struct options *opt, int c)
{
	double value;

	switch (c) {
	case OPT_JSON:
		opt->json = true;
		return 0;
	case OPT_ROOT:
		sys__set_root(optarg);
		return 0;
	case 'n':
		if (option__number(&value, optarg, 1, 1e9))
			return EXIT_USAGE;
		opt->count = value;
		return 0;
	case 'd':
		return option__number(&opt->seconds, optarg, 0.01, 86400);
	}
	return complain(EXIT_USAGE, "unknown option, or one without its value; see pvsched --help");
}

/* -1: go on; otherwise the exit status. Options may stand before and after words. */
static int options__parse(struct options *opt, int argc, char **argv)
{
	int c, ret;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "n:d:", options, NULL)) != -1) {
		if (c == OPT_HELP)
			fputs(help, stdout);
		if (c == OPT_VERSION)
			puts("pvsched " VERSION);
		if (c == OPT_HELP || c == OPT_VERSION)
			return EXIT_ON;
		ret = option__take(opt, c);
		if (ret)
			return ret;
	}
	return -1;
}

static bool options__timed(const struct options *opt)
{
	return opt->count || opt->seconds;
}

static int run(struct options *opt, char **words)
{
	const char *what = *words;

	if (!what)
		return complain(EXIT_USAGE, "say what to do: status, top, on or off; see pvsched --help");
	if (!strcmp(what, "on") || !strcmp(what, "off")) {
		if (opt->json || options__timed(opt))
			return complain(EXIT_USAGE, "%s takes names of parts, and no options", what);
		return switch__main(!strcmp(what, "on"), words + 1);
	}
	if (words[1])
		return complain(EXIT_USAGE, "%s takes no '%s'; see pvsched --help", what, words[1]);
	if (!strcmp(what, "top")) {
		opt->seconds = opt->seconds ? opt->seconds : 2;
		return top__main(opt);
	}
	if (strcmp(what, "status"))
		return complain(EXIT_USAGE, "there is no '%s'; see pvsched --help", what);
	if (options__timed(opt))
		return complain(EXIT_USAGE, "-n and -d are for top");
	return status__main(opt);
}

int main(int argc, char **argv)
{
	struct options opt = { 0 };
	int ret = options__parse(&opt, argc, argv);

	if (ret < 0)
		ret = run(&opt, argv + optind);
	if (fflush(stdout) || ferror(stdout))
		ret = complain(EXIT_PARTLY, "cannot write: %m");
	return ret;
}
