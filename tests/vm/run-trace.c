// SPDX-License-Identifier: GPL-2.0
/*
 * Which records of steal time the VMs register and take down: the host traces
 * the writes of the MSR in a trace buffer of its own.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

#define INSTANCE	"/sys/kernel/tracing/instances/pvsched"
#define EVENT		INSTANCE "/events/kvm/kvm_msr"
#define STEAL_TIME	"4b564d03"

/* A second call begins anew. */
int records__watch(void)
{
	rmdir(INSTANCE);
	if (mkdir(INSTANCE, 0700) || file__write(EVENT "/filter", "write == 1 && ecx == 0x" STEAL_TIME) ||
	    file__write(EVENT "/enable", "1"))
		return out__error("cannot trace MSRs in " INSTANCE ": %m");
	return 0;
}

/* How many were taken down and how many registered since, and watch no longer. */
int records__count(int *down, int *up)
{
	FILE *file = fopen(INSTANCE "/trace", "r");
	char line[512];
	const char *data;

	*down = *up = 0;
	if (!file)
		return out__error("cannot read " INSTANCE "/trace: %m");
	while (fgets(line, sizeof(line), file)) {
		data = strstr(line, STEAL_TIME " = 0x");
		if (!data)
			continue;
		if (strtoull(data + strlen(STEAL_TIME " = 0x"), NULL, 16))
			(*up)++;
		else
			(*down)++;
	}
	fclose(file);
	rmdir(INSTANCE);
	return 0;
}
