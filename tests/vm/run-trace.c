// SPDX-License-Identifier: GPL-2.0
/*
 * Trace buffers of the host's. One of them tells which records of steal time the
 * VMs register and take down, by the writes of the MSR.
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

/* Make the buffer @instance; a second call begins anew. */
int trace__begin(const char *instance)
{
	rmdir(instance);
	return mkdir(instance, 0700);
}

/* Tell @tell each line of @instance, and have done with it. */
int trace__end(const char *instance, void (*tell)(const char *line, void *arg), void *arg)
{
	char path[128], line[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/trace", instance);
	file = fopen(path, "r");
	if (!file)
		return out__error("cannot read %s: %m", path);
	while (fgets(line, sizeof(line), file))
		tell(line, arg);
	fclose(file);
	rmdir(instance);
	return 0;
}

/* A second call begins anew. */
int records__watch(void)
{
	if (trace__begin(INSTANCE) || file__write(EVENT "/filter", "write == 1 && ecx == 0x" STEAL_TIME) ||
	    file__write(EVENT "/enable", "1"))
		return out__error("cannot trace MSRs in " INSTANCE ": %m");
	return 0;
}

struct records {
	int down, up;
};

static void records__tell(const char *line, void *arg)
{
	const char *data = strstr(line, STEAL_TIME " = 0x");
	struct records *records = arg;

	if (!data)
		return;
	if (strtoull(data + strlen(STEAL_TIME " = 0x"), NULL, 16))
		records->up++;
	else
		records->down++;
}

/* How many were taken down and how many registered since, and watch no longer. */
int records__count(int *down, int *up)
{
	struct records records = { };
	int ret = trace__end(INSTANCE, records__tell, &records);

	*down = records.down;
	*up = records.up;
	return ret;
}
