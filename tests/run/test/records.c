// SPDX-License-Identifier: GPL-2.0
/*
 * Records of steal time that VMs register and take down, by the writes of the MSR
 * that the host traces.
 */
#include <stdlib.h>
#include <string.h>

#include "../file.h"
#include "../out.h"
#include "../trace.h"
#include "records.h"

#define INSTANCE	"/sys/kernel/tracing/instances/pvsched"
#define EVENT		INSTANCE "/events/kvm/kvm_msr"
#define STEAL_TIME	"4b564d03"

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

int records__count(int *down, int *up)
{
	struct records records = { };
	int ret = trace__end(INSTANCE, records__tell, &records);

	*down = records.down;
	*up = records.up;
	return ret;
}
