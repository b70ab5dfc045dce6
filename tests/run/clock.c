// SPDX-License-Identifier: GPL-2.0
/*
 * Seconds of the monotonic clock, and deadlines: a step has a limit of its own,
 * and all steps of a task share another one. Kernels that check themselves need
 * more of them, see --slower.
 */
#include <time.h>

#include "clock.h"
#include "options.h"

static double limit;	/* when the present task must have ended */

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

void clock__limit(double seconds)
{
	limit = now() + seconds * opt.slower;
}

double clock__deadline(double seconds)
{
	double end = now() + seconds * opt.slower;

	return end < limit ? end : limit;
}
