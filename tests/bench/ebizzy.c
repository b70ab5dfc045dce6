// SPDX-License-Identifier: GPL-2.0
/*
 * ebizzy - the memory side of a web search server.
 *
 * The workload, the options and the output are those of ebizzy 0.3: every
 * thread picks a chunk of memory at random, copies it to memory that it has
 * just allocated, searches the copy for a random key, and frees it. One such
 * round is a record.
 *
 * What makes it a test of IPIs is the freeing. A copy of 512 KiB given back to
 * the kernel must leave the TLB of every CPU that runs a thread of the process,
 * so each record ends with a call-function IPI to the other CPUs, and the
 * sender waits until the last of them has answered:
 *
 *   -m  mmap() and munmap() for each record.
 *   -M  M_MMAP_MAX = 0, so glibc takes the copy from the thread's own arena.
 *       Setting it also freezes M_TRIM_THRESHOLD at 128 KiB (it grows with the
 *       sizes freed otherwise), so freeing the copy at the arena's top trims
 *       the arena: madvise(MADV_DONTNEED) for each record, and all but 128 KiB
 *       of its pages (M_TOP_PAD) fault in again with the next.
 *   neither: the first copy is mapped, and its free() raises both thresholds
 *       beyond the size; later copies stay in the arena with few calls.
 *
 * Where this differs from ebizzy 0.3: its random numbers never leave 0, so it
 * copies chunk 0, searches for key 0, and -R copies one record; here they are
 * random. Time is taken from the monotonic clock to the microsecond, not in
 * whole seconds. Waiting threads sleep until the start. -c and -C are new.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "compiler.h"
#include "record.h"

static struct {
	bool always_mmap;
	bool never_mmap;
	bool permissions;
	bool holes;
	bool random_size;
	bool touch;
	bool byte_copy;
	bool linear;
	bool check;
	bool pin;
	unsigned int chunks;
	unsigned int chunk_size;
	unsigned int threads;
	unsigned int verbose;
	double seconds;
} opt = {
	.chunks = 10,
	.chunk_size = 64 * 1024 * sizeof(size_t),
	.seconds = 10,
};

struct worker {
	pthread_t thread;
	unsigned int number;
	unsigned long records;	/* finished; read after the thread ended */
};

static size_t **chunk;
static size_t page_size;
static pthread_barrier_t start;
static bool stop;

static const char usage_text[] =
	"usage: ebizzy [options]\n"
	"  -m          mmap() and munmap() every copy\n"
	"  -M          never mmap: take copies from malloc's arenas\n"
	"  -n NUM      chunks of memory (10)\n"
	"  -s BYTES    size of a chunk (524288)\n"
	"  -R          copy and search a random part of the chunk\n"
	"  -p          keep chunks apart by access permissions\n"
	"  -P          keep chunks apart by holes between them\n"
	"  -t NUM      threads (2 for each CPU)\n"
	"  -S SECONDS  time to run, fractions allowed (10)\n"
	"  -T          touch the copy's pages, do not copy or search\n"
	"  -l          copy with a loop of our own, not the library's memcpy()\n"
	"  -z          search linearly\n"
	"  -c          compare every copy with its chunk (not in ebizzy 0.3)\n"
	"  -C          pin thread n to the n-th CPU (not in ebizzy 0.3)\n"
	"  -v          say more; up to three times\n";

static void __noreturn __printf(1, 2) die(const char *format, ...)
{
	va_list args;

	fputs("ebizzy: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static unsigned int parse__count(char option, const char *text)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || !number || number > INT_MAX)
		die("-%c wants a whole number from 1 to %d, not '%s'; see ebizzy -h",
		    option, INT_MAX, text);
	return number;
}

static double parse__seconds(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (*text < '0' || *text > '9' || *end || seconds < 0.001 || seconds > 1e6)
		die("-S wants seconds from 0.001 to 1000000, not '%s'; see ebizzy -h", text);
	return seconds;
}

/* Options without a value. */
static bool *option__flag(int c)
{
	static const struct {
		char option;
		bool *flag;
	} flags[] = {
		{ 'c', &opt.check },       { 'C', &opt.pin },
		{ 'l', &opt.byte_copy },   { 'm', &opt.always_mmap },
		{ 'M', &opt.never_mmap },  { 'p', &opt.permissions },
		{ 'P', &opt.holes },       { 'R', &opt.random_size },
		{ 'T', &opt.touch },       { 'z', &opt.linear },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (flags[i].option == c)
			return flags[i].flag;
	die("unknown option -%c; see ebizzy -h", optopt);
}

static void option__set(int c)
{
	switch (c) {
	case 'n':
		opt.chunks = parse__count(c, optarg);
		break;
	case 's':
		opt.chunk_size = parse__count(c, optarg);
		break;
	case 'S':
		opt.seconds = parse__seconds(optarg);
		break;
	case 't':
		opt.threads = parse__count(c, optarg);
		break;
	case 'v':
		opt.verbose++;
		break;
	case 'h':
		fputs(usage_text, stdout);
		exit(0);
	case ':':
		die("option -%c wants a value; see ebizzy -h", optopt);
	default:
		*option__flag(c) = true;
	}
}

static void options__check(void)
{
	if (opt.always_mmap && opt.never_mmap)
		die("-m (always mmap) and -M (never mmap) exclude each other; give one");
	if (opt.chunk_size < sizeof(size_t))
		die("-s %u is smaller than a record of %zu bytes; give a larger chunk",
		    opt.chunk_size, sizeof(size_t));
	if (opt.check && opt.touch)
		die("-c has no copy to compare with -T; give one of them");
	if (!opt.threads)
		opt.threads = 2 * sysconf(_SC_NPROCESSORS_ONLN);
}

static void options__read(int argc, char *argv[])
{
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, ":cChlmMn:pPRs:S:t:Tvz")) != -1)
		option__set(c);
	if (argv[optind])
		die("unexpected argument '%s'; see ebizzy -h", argv[optind]);
	options__check();
	if (opt.verbose)
		printf("chunks %u\nchunk_size %u\nthreads %u\nseconds %g\n"
		       "always_mmap %d\nnever_mmap %d\nrandom_size %d\nlinear %d\n",
		       opt.chunks, opt.chunk_size, opt.threads, opt.seconds,
		       opt.always_mmap, opt.never_mmap, opt.random_size, opt.linear);
}

static void *memory__alloc(size_t size)
{
	void *p;

	if (opt.always_mmap) {
		p = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			p = NULL;
	} else {
		p = malloc(size);
	}
	if (!p)
		die("no memory for %zu bytes; lower -n %u, -s %u or -t %u",
		    size, opt.chunks, opt.chunk_size, opt.threads);
	return p;
}

static void memory__free(void *p, size_t size)
{
	if (!opt.always_mmap)
		free(p);
	else if (munmap(p, size))
		die("munmap failed: %s; is vm.max_map_count too low?", strerror(errno));
}

/* A page allocated after each chunk and given back at the end leaves a hole. */
static void chunks__alloc(void)
{
	void **hole = NULL;

	chunk = memory__alloc(opt.chunks * sizeof(*chunk));
	if (opt.holes)
		hole = memory__alloc(opt.chunks * sizeof(*hole));
	for (unsigned int i = 0; i < opt.chunks; i++) {
		chunk[i] = memory__alloc(opt.chunk_size);
		if (hole)
			hole[i] = memory__alloc(page_size);
	}
	for (unsigned int i = 0; hole && i < opt.chunks; i++)
		memory__free(hole[i], page_size);
	if (hole)
		memory__free(hole, opt.chunks * sizeof(*hole));
}

/*
 * Chunks from malloc() share their first and last page with malloc's own
 * words, so only whole pages in between become read-only.
 */
static void chunk__protect(size_t *p)
{
	uintptr_t first = ((uintptr_t)p + page_size - 1) & -page_size;
	uintptr_t last = ((uintptr_t)p + opt.chunk_size) & -page_size;

	if (first < last && mprotect((void *)first, last - first, PROT_READ))
		die("mprotect failed: %s; run without -p", strerror(errno));
}

static void chunks__fill(void)
{
	for (unsigned int i = 0; i < opt.chunks; i++) {
		record__fill(chunk[i], opt.chunk_size / sizeof(size_t));
		if (opt.permissions && i % 2 == 0)
			chunk__protect(chunk[i]);
	}
}

/* The barriers keep the loops from being turned into a library call or dropped. */
static void copy__bytes(void *to, const void *from, size_t size)
{
	char *t = to;
	const char *f = from;

	for (size_t i = 0; i < size; i++) {
		t[i] = f[i];
		__asm__ volatile("" ::: "memory");
	}
}

static void copy__touch(void *to, size_t size)
{
	for (size_t i = 0; i < size; i += page_size)
		((char *)to)[i] = 1;
	__asm__ volatile("" : : "r" (to) : "memory");
}

static void copy__search(const size_t *copy, size_t records, size_t key)
{
	const size_t *found;

	found = opt.linear ? record__search_linear(copy, records, key) :
			     record__search_binary(copy, records, key);
	if (found != copy + key)
		die("key %zu is not where it belongs; memory is damaged", key);
	if (opt.verbose > 2)
		printf("found key %zu among %zu\n", key, records);
}

/* One record: pick, allocate, copy, search, free. */
static void record__process(uint32_t *state)
{
	size_t *from = chunk[random__below(state, opt.chunks)], *copy;
	size_t records = opt.chunk_size / sizeof(size_t);
	size_t size;

	if (opt.random_size)
		records = 1 + random__below(state, records);
	size = records * sizeof(size_t);
	copy = memory__alloc(size);
	if (opt.touch) {
		copy__touch(copy, size);
	} else {
		if (opt.byte_copy)
			copy__bytes(copy, from, size);
		else
			memcpy(copy, from, size);
		if (opt.check && memcmp(copy, from, size))
			die("a copy differs from its chunk; memory is damaged");
		copy__search(copy, records, random__below(state, records));
	}
	memory__free(copy, size);
}

/* Find the CPU that thread @number shall stay on: CPUs may have gaps. */
static void thread__pin(unsigned int number)
{
	cpu_set_t allowed, one;
	unsigned int nth, cpu;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		die("sched_getaffinity failed: %s; run without -C", strerror(errno));
	nth = number % CPU_COUNT(&allowed);
	for (cpu = 0; !CPU_ISSET(cpu, &allowed) || nth--; cpu++)
		;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("cannot pin a thread to CPU %u: %s; run without -C", cpu, strerror(errno));
}

static void *worker__run(void *arg)
{
	struct worker *w = arg;
	uint32_t state = random__seed(w->number);
	unsigned long records = 0;

	if (opt.pin)
		thread__pin(w->number);
	pthread_barrier_wait(&start);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		record__process(&state);
		records++;
	}
	w->records = records;
	if (opt.verbose > 1)
		printf("thread %u: %lu records\n", w->number, records);
	return NULL;
}

static struct worker *workers__create(void)
{
	struct worker *w = calloc(opt.threads, sizeof(*w));
	int error;

	if (!w || pthread_barrier_init(&start, NULL, opt.threads + 1))
		die("no memory for %u threads; give fewer (-t)", opt.threads);
	for (unsigned int i = 0; i < opt.threads; i++) {
		w[i].number = i;
		error = pthread_create(&w[i].thread, NULL, worker__run, &w[i]);
		if (error)
			die("cannot create thread %u: %s; give fewer (-t)", i, strerror(error));
	}
	return w;
}

static unsigned long workers__join(struct worker *w)
{
	unsigned long records = 0;

	for (unsigned int i = 0; i < opt.threads; i++) {
		pthread_join(w[i].thread, NULL);
		records += w[i].records;
	}
	free(w);
	return records;
}

static double time__now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static double time__between(const struct timeval *from, const struct timeval *to)
{
	return to->tv_sec - from->tv_sec + (to->tv_usec - from->tv_usec) / 1e6;
}

static void time__sleep(double seconds)
{
	struct timespec left = { .tv_sec = seconds };

	left.tv_nsec = (seconds - left.tv_sec) * 1e9;
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

/*
 * Like ebizzy 0.3, stop the clock before the threads, and count the records
 * that they still finish.
 */
static void measure(void)
{
	struct worker *w = workers__create();
	struct rusage before, after;
	unsigned long records;
	double elapsed;

	getrusage(RUSAGE_SELF, &before);
	pthread_barrier_wait(&start);
	elapsed = time__now();
	time__sleep(opt.seconds);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	elapsed = time__now() - elapsed;
	getrusage(RUSAGE_SELF, &after);
	records = workers__join(w);

	if (opt.verbose)
		printf("records %lu\n", records);
	printf("%lu records/s\n", (unsigned long)(records / elapsed));
	printf("real %5.2f s\n", elapsed);
	printf("user %5.2f s\n", time__between(&before.ru_utime, &after.ru_utime));
	printf("sys  %5.2f s\n", time__between(&before.ru_stime, &after.ru_stime));
}

int main(int argc, char *argv[])
{
	options__read(argc, argv);
	page_size = sysconf(_SC_PAGESIZE);
	if (opt.never_mmap)
		mallopt(M_MMAP_MAX, 0);
	chunks__alloc();
	chunks__fill();
	measure();
	if (fflush(stdout) || ferror(stdout))
		die("cannot write the result: %s", strerror(errno));
	return 0;
}
