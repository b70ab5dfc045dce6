// SPDX-License-Identifier: GPL-2.0
/*
 * burn - keep every CPU busy in user mode until killed.
 *
 * The neighbour of a measured VM: one thread pinned to each CPU that runs a
 * loop without system calls, without PAUSE and without memory, so that nothing
 * but the host's timer ever takes a vCPU off its CPU. With -d each thread burns
 * that share of every period and sleeps for the rest; all begin together.
 *
 * With -w the threads count rounds of the loop in a file that they share, which
 * costs a store each, and another burn -r says what they got done.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define ROUND		1000	/* of the loop, which is one of work */

static unsigned long duty = 100;	/* percent */
static unsigned long period = 10;	/* milliseconds */
static long long start;			/* of the first period, ns */

/* Rounds of the thread of each CPU, a cache line each */
static struct work {
	unsigned long rounds;
	char rest[64 - sizeof(unsigned long)];
} own_work[CPU_SETSIZE], *work = own_work;

static const char usage_text[] =
	"usage: burn [-d PERCENT] [-p MILLISECONDS] [-w FILE]\n"
	"       burn -r FILE\n"
	"  -d PERCENT       share of each period to burn, 1 to 100 (100)\n"
	"  -p MILLISECONDS  length of a period, 1 to 10000 (10)\n"
	"  -w FILE          count rounds of work in FILE\n"
	"  -r FILE          print the rounds counted there, and the time in ns\n";

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

static void work__map(const char *path, int flags)
{
	int prot = flags & O_CREAT ? PROT_READ | PROT_WRITE : PROT_READ;
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0 || (flags & O_CREAT && ftruncate(fd, sizeof(own_work))) ||
	    lseek(fd, 0, SEEK_END) < (off_t)sizeof(own_work))
		work = MAP_FAILED;
	else
		work = mmap(NULL, sizeof(own_work), prot, MAP_SHARED, fd, 0);
	if (work == MAP_FAILED) {
		fprintf(stderr, "burn: cannot count in %s: %s\n", path, strerror(errno));
		exit(1);
	}
	close(fd);
}

static long long time__now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void work__print(const char *path)
{
	unsigned long sum = 0;

	work__map(path, O_RDONLY);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		sum += __atomic_load_n(&work[cpu].rounds, __ATOMIC_RELAXED);
	printf("%lu %lld\n", sum, time__now_ns());
	exit(0);
}

static void options__read(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "d:hp:r:w:")) != -1) {
		switch (c) {
		case 'd':
			duty = parse__number(c, optarg, 100);
			break;
		case 'p':
			period = parse__number(c, optarg, 10000);
			break;
		case 'r':
			work__print(optarg);
			break;
		case 'w':
			work__map(optarg, O_RDWR | O_CREAT | O_TRUNC);
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
static inline void work__round(struct work *w)
{
	for (int i = 0; i < ROUND; i++)
		__asm__ volatile("" ::: "memory");
	__atomic_store_n(&w->rounds, w->rounds + 1, __ATOMIC_RELAXED);
}

/*
 * Burn by the wall clock: a vCPU that was off CPU in its share does not catch
 * up, as a task with work for a fixed rate would not either.
 */
static void burn__share(struct work *w)
{
	long long begin = start;

	for (;; begin += period * 1000000LL) {
		struct timespec next;
		long long end = begin + period * 1000000LL;

		while (time__now_ns() < begin + (long long)(period * duty) * 10000)
			work__round(w);
		next.tv_sec = end / 1000000000;
		next.tv_nsec = end % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}

static void *burn__run(void *arg)
{
	struct work *w = arg;

	while (duty == 100)
		work__round(w);
	burn__share(w);
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
	error = pthread_create(&thread, &attr, burn__run, &work[cpu]);
	pthread_attr_destroy(&attr);
	return error;
}

int main(int argc, char *argv[])
{
	cpu_set_t allowed;
	int error;

	options__read(argc, argv);
	start = time__now_ns();
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
