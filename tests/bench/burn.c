// SPDX-License-Identifier: GPL-2.0
/*
 * burn - keep every CPU busy in user mode until killed.
 *
 * The neighbour of a measured VM: one thread pinned to each CPU that runs a
 * loop without system calls, without PAUSE and without memory, so that nothing
 * but the host's timer ever takes a vCPU off its CPU. With -d each thread burns
 * that share of every period and sleeps for the rest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned long duty = 100;	/* percent */
static unsigned long period = 10;	/* milliseconds */

static const char usage_text[] =
	"usage: burn [-d PERCENT] [-p MILLISECONDS]\n"
	"  -d PERCENT       share of each period to burn, 1 to 100 (100)\n"
	"  -p MILLISECONDS  length of a period, 1 to 10000 (10)\n";

static unsigned long parse__number(char option, const char *text, unsigned long max)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !number || number > max) {
		fprintf(stderr, "burn: -%c wants a number from 1 to %lu, not '%s'; see burn -h\n",
			option, max, text);
		exit(1);
	}
	return number;
}

static void options__read(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "d:hp:")) != -1) {
		switch (c) {
		case 'd':
			duty = parse__number(c, optarg, 100);
			break;
		case 'p':
			period = parse__number(c, optarg, 10000);
			break;
		case 'h':
			fputs(usage_text, stdout);
			exit(0);
		default:
			exit(1);
		}
	}
	if (argv[optind]) {
		fprintf(stderr, "burn: unexpected argument '%s'; see burn -h\n", argv[optind]);
		exit(1);
	}
}

/* The empty asm statement keeps the compiler from dropping the loop. */
static inline void spin(unsigned long rounds)
{
	while (rounds--)
		__asm__ volatile("" ::: "memory");
}

static long long time__now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/*
 * Burn by the wall clock: a vCPU that was off CPU in its share does not catch
 * up, as a task with work for a fixed rate would not either.
 */
static void burn__share(void)
{
	long long start = time__now_ns();

	for (;; start += period * 1000000LL) {
		struct timespec next;
		long long end = start + period * 1000000LL;

		while (time__now_ns() < start + (long long)(period * duty) * 10000)
			spin(1000);
		next.tv_sec = end / 1000000000;
		next.tv_nsec = end % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}

static void *burn__run(void *unused)
{
	(void)unused;
	while (duty == 100)
		spin(~0ul);
	burn__share();
	return NULL;
}

static int burn__start(unsigned int cpu)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t one;
	int error;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(one), &one);
	error = pthread_create(&thread, &attr, burn__run, NULL);
	pthread_attr_destroy(&attr);
	return error;
}

int main(int argc, char *argv[])
{
	cpu_set_t allowed;
	int error;

	options__read(argc, argv);
	if (sched_getaffinity(0, sizeof(allowed), &allowed)) {
		fprintf(stderr, "burn: cannot read the CPUs to use: %s\n", strerror(errno));
		return 1;
	}
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		error = burn__start(cpu);
		if (error) {
			fprintf(stderr, "burn: no thread for CPU %u: %s\n", cpu, strerror(error));
			return 1;
		}
	}
	for (;;)
		pause();
}
