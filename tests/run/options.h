/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options: what the command line says.
 */
#ifndef PVRUN_OPTIONS_H
#define PVRUN_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *lab;
	const char *vendor;
	const char *qemu;
	const char *guest;
	const char *initrd;
	const char *out;
	const char *profiles;
	const char *layout;	/* of the VMs' cgroups */
	const char *workload;	/* the user's own benchmark: what it runs, */
	const char *metric;	/* what it prints, */
	const char *setup;	/* and what is run in each VM before */
	bool higher;		/* more of it is better */
	int pcpus;
	int memory;		/* MiB for each VM */
	int windows;
	int boots;		/* that the windows are dealt among */
	int seconds;
	int timeout;
	int slower;		/* times as long as usual all limits are */
	int tries;		/* of a program of selftests */
	int limit;		/* of the same, in seconds */
	bool dry_run;
	bool where;		/* tell where CPU time goes */
	int share, shares;	/* of the scenarios, from 1 */
};

extern struct options opt;

/* An emulator in real time, and kernels with checks, say nothing of how long anything takes. */
bool times_mean_something(void);

#endif
