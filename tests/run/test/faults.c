// SPDX-License-Identifier: GPL-2.0
/*
 * The host's fault injection for yields.
 */
#include <unistd.h>

#include "../file.h"
#include "fail.h"
#include "faults.h"

#define FAULTS	"/sys/kernel/debug/fail_pvsched_yield"

bool faults__exist(void)
{
	return !access(FAULTS, F_OK);
}

int faults__set(const char *percent)
{
	if (file__write(FAULTS "/times", "-1") || file__write(FAULTS "/verbose", "0") ||
	    file__write(FAULTS "/probability", percent))
		return fail("cannot set " FAULTS ": %m");
	return 0;
}
