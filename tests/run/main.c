// SPDX-License-Identifier: GPL-2.0
/*
 * pvrun: command line and exit status. The last line on the result channel is
 * "EXIT n"; without it the machine was lost.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "file.h"
#include "hold.h"
#include "layout.h"
#include "log.h"
#include "options.h"
#include "out.h"
#include "profile.h"
#include "qemu.h"
#include "selftests.h"
#include "test/test.h"

static const char help[] =
	"usage: pvrun [options] bench BENCH SCENARIO...|all\n"
	"       pvrun [options] test NAME...|all\n"
	"       pvrun [options] bench exits|ping\n"
	"       pvrun [options] --workload=COMMAND bench workload SCENARIO...|all\n"
	"       pvrun [options] selftests [ARGUMENTS]\n"
	"       pvrun [options] workload [--vcpus N] [--vms N] -- COMMAND\n"
	"\n"
	"  --lab=NAME       what this host is: tcg, icount, bochs, kvm or metal (metal)\n"
	"  --vendor=NAME    noted in results (what /proc/cpuinfo says)\n"
	"  --pcpus=N        use the first N CPUs only (all)\n"
	"  --qemu=PATH      QEMU (qemu-system-x86_64)\n"
	"  --guest=FILE     guest kernel (/guest.bzImage)\n"
	"  --initrd=FILE    guest initramfs (/guest.cpio)\n"
	"  --memory=MIB     memory of each VM (256)\n"
	"  --out=FILE       write results to FILE (standard output)\n"
	"  --profiles=A,B   profiles to measure (off,on)\n"
	"  --workload=CMD   what \"bench workload\" runs; %s is for seconds, %v for vCPUs\n"
	"  --metric=TEXT    what it prints, with # for the number (how long it takes)\n"
	"  --higher         more of that is better (less is)\n"
	"  --setup=CMD      run in each measured VM before\n"
	"  --layout=NAME    cgroups of the VMs: flat, vm or libvirt (flat)\n"
	"  --windows=N      windows for each profile (5; 1 for a workload)\n"
	"  --boots=N        deal the windows among N boots of the VMs (1)\n"
	"  --seconds=S      length of a window (1)\n"
	"  --tries=N        how often a program of selftests that fails is run (1)\n"
	"  --limit=S        seconds that a program of selftests may take (600)\n"
	"  --share=K/N      of the scenarios only the K-th of N shares (1/1)\n"
	"  --where          tell where the CPU time of the VMs goes; disturbs them\n"
	"  --timeout=S      limit of a single step (120)\n"
	"  --slower=N       all limits are N times as long (1)\n"
	"  --dry-run        print the QEMU commands\n"
	"  --list           print benchmarks, scenarios, tests, profiles, layouts and labs\n";

enum {
	OPT_DRY_RUN = 256, OPT_LIST, OPT_HELP, OPT_SHARE, OPT_WHERE, OPT_WORKLOAD, OPT_METRIC,
	OPT_HIGHER, OPT_SETUP,
};

static const struct option options[] = {
	{ "lab",	required_argument, NULL, 'l' },
	{ "vendor",	required_argument, NULL, 'v' },
	{ "pcpus",	required_argument, NULL, 'p' },
	{ "qemu",	required_argument, NULL, 'q' },
	{ "guest",	required_argument, NULL, 'g' },
	{ "initrd",	required_argument, NULL, 'i' },
	{ "memory",	required_argument, NULL, 'm' },
	{ "out",	required_argument, NULL, 'o' },
	{ "profiles",	required_argument, NULL, 'P' },
	{ "layout",	required_argument, NULL, 'L' },
	{ "windows",	required_argument, NULL, 'w' },
	{ "seconds",	required_argument, NULL, 's' },
	{ "timeout",	required_argument, NULL, 't' },
	{ "slower",	required_argument, NULL, 'S' },
	{ "boots",	required_argument, NULL, 'b' },
	{ "tries",	required_argument, NULL, 'T' },
	{ "limit",	required_argument, NULL, 'x' },
	{ "share",	required_argument, NULL, OPT_SHARE },
	{ "workload",	required_argument, NULL, OPT_WORKLOAD },
	{ "metric",	required_argument, NULL, OPT_METRIC },
	{ "higher",	no_argument,	   NULL, OPT_HIGHER },
	{ "setup",	required_argument, NULL, OPT_SETUP },
	{ "where",	no_argument,	   NULL, OPT_WHERE },
	{ "dry-run",	no_argument,	   NULL, OPT_DRY_RUN },
	{ "list",	no_argument,	   NULL, OPT_LIST },
	{ "help",	no_argument,	   NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const char **option__text(int c)
{
	switch (c) {
	case 'l':
		return &opt.lab;
	case 'v':
		return &opt.vendor;
	case 'q':
		return &opt.qemu;
	case 'g':
		return &opt.guest;
	case 'i':
		return &opt.initrd;
	case 'o':
		return &opt.out;
	case 'P':
		return &opt.profiles;
	case 'L':
		return &opt.layout;
	case OPT_WORKLOAD:
		return &opt.workload;
	case OPT_METRIC:
		return &opt.metric;
	case OPT_SETUP:
		return &opt.setup;
	}
	return NULL;
}

static int *option__number(int c)
{
	switch (c) {
	case 'p':
		return &opt.pcpus;
	case 'm':
		return &opt.memory;
	case 'w':
		return &opt.windows;
	case 'b':
		return &opt.boots;
	case 's':
		return &opt.seconds;
	case 'T':
		return &opt.tries;
	case 'x':
		return &opt.limit;
	case 't':
		return &opt.timeout;
	case 'S':
		return &opt.slower;
	}
	return NULL;
}

static int option__set(int c)
{
	char *end;

	if (option__text(c)) {
		*option__text(c) = optarg;
		return 0;
	}
	if (!option__number(c))
		return out__error("unknown option; see pvrun --help");
	*option__number(c) = strtol(optarg, &end, 10);
	if (*end || *option__number(c) < 1)
		return out__error("'%s' is not a number above 0", optarg);
	return 0;
}

static int share__set(const char *text)
{
	int len = 0;

	sscanf(text, "%d/%d%n", &opt.share, &opt.shares, &len);
	if (!len || text[len] || opt.share < 1 || opt.share > opt.shares)
		return out__error("'%s' is no share; give one as 1/2 or 2/2", text);
	return 0;
}

static void list(void)
{
	bench__list();
	test__list();
	profiles__list();
	layout__list();
	lab__list();
}

/* -1: go on; EXIT_PASS: there is nothing to run; otherwise an exit status. */
static int options__parse(int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (c) {
		case OPT_DRY_RUN:
			opt.dry_run = true;
			break;
		case OPT_WHERE:
			opt.where = true;
			break;
		case OPT_HIGHER:
			opt.higher = true;
			break;
		case OPT_LIST:
			list();
			return EXIT_PASS;
		case OPT_HELP:
			out__text("", help);
			return EXIT_PASS;
		case OPT_SHARE:
			if (share__set(optarg))
				return EXIT_FAIL;
			break;
		default:
			if (option__set(c))
				return EXIT_FAIL;
		}
	}
	return -1;
}

static void vendor__detect(void)
{
	char text[4096] = "";

	if (opt.vendor)
		return;
	file__read("/proc/cpuinfo", text, sizeof(text));
	opt.vendor = strstr(text, "AuthenticAMD") ? "amd" :
		     strstr(text, "GenuineIntel") ? "intel" : "other";
}

/* All QEMUs inherit the CPUs that pvrun keeps to. */
static int cpus__limit(void)
{
	int online = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t cpus;
	int i;

	if (!opt.pcpus)
		opt.pcpus = online;
	if (opt.dry_run || opt.pcpus == online)
		return 0;
	if (opt.pcpus > online)
		return out__error("%d CPUs asked for, %d are there", opt.pcpus, online);
	CPU_ZERO(&cpus);
	for (i = 0; i < opt.pcpus; i++)
		CPU_SET(i, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return out__error("cannot keep to CPUs 0 to %d: %m", opt.pcpus - 1);
	return 0;
}

static int run(int argc, char **argv)
{
	if (out__open(opt.out) || lab__check() || layout__check() || hold__start() || cpus__limit())
		return EXIT_FAIL;
	vendor__detect();
	if (!opt.dry_run && log__open())
		return EXIT_FAIL;
	if (argc == 2 && !strcmp(argv[0], "bench") && exits__has(argv[1]))
		return exits__main(argv[1]);
	if (argc && !strcmp(argv[0], "bench"))
		return bench__main(argc, argv);
	if (argc && !strcmp(argv[0], "test"))
		return test__main(argc, argv);
	if (argc && !strcmp(argv[0], "workload"))
		return workload__main(argc, argv);
	if (argc && !strcmp(argv[0], "selftests"))
		return selftests__main(argc - 1, argv + 1);
	out__error("say what to do: bench, test, selftests or workload; see pvrun --help");
	return EXIT_FAIL;
}

int main(int argc, char **argv)
{
	int ret;

	out__open(NULL);
	signal(SIGPIPE, SIG_IGN);
	ret = options__parse(argc, argv);
	if (ret == EXIT_PASS)
		return ret;
	if (ret < 0)
		ret = run(argc - optind, argv + optind);
	if (!opt.dry_run)
		out__line("EXIT %d", ret);
	return ret;
}
