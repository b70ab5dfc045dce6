// SPDX-License-Identifier: GPL-2.0
/*
 * One thread on each CPU sleeps a millisecond at a time, as daemons and the I/O
 * threads of VMs do. A round ends when the thread is back on its CPU: rounds in a
 * second, and the longest one, say what VMs leave to tasks that sleep.
 *
 * Seconds are counted for each CPU. A round belongs to the second in which it ends,
 * and its length to all seconds that it touches: a second without a round is not
 * one without a wait.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../shared/median.h"
#include "options.h"
#include "out.h"
#include "sleepers.h"

#define SLEEP_NS	1000000
#define NS_PER_SECOND	1000000000LL
#define MAX_SLEEPERS	64
#define MAX_SECONDS	60

static struct sleeper {
	pthread_t thread;
	int cpu;
	double rounds[MAX_SECONDS];
	double longest_us[MAX_SECONDS];
} sleepers[MAX_SLEEPERS];

static int count;
static bool stop;
static long long start;

static long long ns__now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

static void sleeper__note(struct sleeper *s, long long from, long long to)
{
	double us = (to - from) / 1000.0;
	long long i;

	for (i = from / NS_PER_SECOND; i <= to / NS_PER_SECOND && i < MAX_SECONDS; i++)
		if (us > s->longest_us[i])
			s->longest_us[i] = us;
	if (to / NS_PER_SECOND < MAX_SECONDS)
		s->rounds[to / NS_PER_SECOND]++;
}

static void *sleeper__run(void *arg)
{
	const struct timespec nap = { .tv_nsec = SLEEP_NS };
	long long last = start, now;
	struct sleeper *s = arg;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		nanosleep(&nap, NULL);
		now = ns__now();
		sleeper__note(s, last - start, now - start);
		last = now;
	}
	return NULL;
}

static int sleeper__start(struct sleeper *s, int cpu)
{
	pthread_attr_t attr;
	cpu_set_t cpus;
	int ret;

	memset(s, 0, sizeof(*s));
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	ret = pthread_create(&s->thread, &attr, sleeper__run, s);
	pthread_attr_destroy(&attr);
	return ret ? out__error("cannot start a sleeper on CPU %d: %s", cpu, strerror(ret)) : 0;
}

int sleepers__start(void)
{
	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
	start = ns__now();
	for (count = 0; count < opt.pcpus && count < MAX_SLEEPERS; count++)
		if (sleeper__start(&sleepers[count], count)) {
			sleepers__stop(NULL);
			return -1;
		}
	return 0;
}

/* Of all CPUs and whole seconds. */
static int sleepers__report(struct values *vs, int seconds)
{
	static double rounds[MAX_SLEEPERS * MAX_SECONDS], longest[MAX_SLEEPERS * MAX_SECONDS];
	int i, second, n = 0;

	for (i = 0; i < count; i++)
		for (second = 0; second < seconds; second++, n++) {
			rounds[n] = sleepers[i].rounds[second];
			longest[n] = sleepers[i].longest_us[second];
		}
	return values__add(vs, "sleeper_rounds", "1/s", median_of(rounds, n)) ||
	       values__add(vs, "sleeper_longest_us", "us", median_of(longest, n)) ||
	       values__add(vs, "sleeper_worst_us", "us", n ? longest[n - 1] : 0) ? -1 : 0;
}

int sleepers__stop(struct values *vs)
{
	int i, seconds = (ns__now() - start) / NS_PER_SECOND;

	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < count; i++)
		pthread_join(sleepers[i].thread, NULL);
	if (!vs)
		return 0;
	if (!seconds)
		return out__error("sleepers need a window of a second");
	return sleepers__report(vs, seconds < MAX_SECONDS ? seconds : MAX_SECONDS);
}
