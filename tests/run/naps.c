// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that wants 1 ms of CPU time every 6 ms. How many rounds it has and how long
 * they take says whether others let it have its share when it wants that, and not only
 * in the long run.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../shared/median.h"
#include "naps.h"

#define WORK_NS		1000000
#define SLEEP_NS	5000000
#define NS_PER_SECOND	1000000000LL

static long long ns__read(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

static void sleep__until(long long ns)
{
	struct timespec t = { ns / NS_PER_SECOND, ns % NS_PER_SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

void naps__run(struct naps *naps, void (*work)(void *arg), void *arg)
{
	long long wake = ns__read(CLOCK_MONOTONIC), now, used;
	unsigned int i = 0;

	for (;;) {
		used = ns__read(CLOCK_THREAD_CPUTIME_ID);
		while (ns__read(CLOCK_THREAD_CPUTIME_ID) - used < WORK_NS)
			work(arg);
		now = ns__read(CLOCK_MONOTONIC);
		naps->us[i++ % MAX_NAPS] = (now - wake) / 1000.0;
		__atomic_store_n(&naps->rounds, i, __ATOMIC_RELEASE);
		wake = now + SLEEP_NS;
		sleep__until(wake);
	}
}

void naps__times(const struct naps *naps, unsigned int first, struct nap_times *t)
{
	unsigned int i, n = __atomic_load_n(&naps->rounds, __ATOMIC_ACQUIRE) - first;
	static double sorted[MAX_NAPS];

	memset(t, 0, sizeof(*t));
	if (n > MAX_NAPS)
		n = MAX_NAPS;
	if (!n)
		return;
	for (i = 0; i < n; i++)
		sorted[i] = naps->us[(first + i) % MAX_NAPS];
	t->rounds = n;
	t->median_us = median_of(sorted, n);
	t->p99_us = sorted[n - 1 - n / 100];
}
