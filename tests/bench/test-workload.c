// SPDX-License-Identifier: GPL-2.0
/* Tests of ebizzy and burn: do they do the work that they are to measure with? */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "test.h"

static struct run run;

static enum outcome test__search(void)
{
	static size_t chunk[1000];

	record__fill(chunk, 1000);
	for (size_t key = 0; key < 1000; key++) {
		EXPECT(record__search_binary(chunk, 1000, key) == chunk + key);
		EXPECT(record__search_linear(chunk, 1000, key) == chunk + key);
	}
	EXPECT(!record__search_binary(chunk, 1000, 1000));
	EXPECT(!record__search_linear(chunk, 1000, 1000));
	chunk[500] = 499;
	EXPECT(record__search_binary(chunk, 1000, 500) != chunk + 500);
	EXPECT(record__search_linear(chunk, 1000, 500) != chunk + 500);
	return TEST_PASS;
}

static enum outcome test__random(void)
{
	unsigned int seen[10] = { 0 };
	uint32_t state = random__seed(0);

	for (int i = 0; i < 10000; i++) {
		uint32_t x = random__below(&state, 10);

		EXPECT(x < 10);
		seen[x]++;
	}
	for (int i = 0; i < 10; i++)
		EXPECT(seen[i] > 800 && seen[i] < 1200);
	for (int i = 0; i < 1000; i++)
		EXPECT(random__seed(i) && random__seed(i) != random__seed(i + 1));
	return TEST_PASS;
}

static enum outcome test__refusals(void)
{
	static const char * const commands[] = {
		"ebizzy -q", "ebizzy -n", "ebizzy -n 0", "ebizzy -n -1", "ebizzy -n 5x",
		"ebizzy -s 0", "ebizzy -s 4", "ebizzy -s 99999999999", "ebizzy -t none",
		"ebizzy -S 0", "ebizzy -S -1", "ebizzy -S nan", "ebizzy -S 1e99",
		"ebizzy -m -M", "ebizzy -c -T", "ebizzy 10",
		"ebizzy -m -s 2147483647 -n 2147483647",
		"burn -d 0", "burn -d 101", "burn -p 0", "burn -p x", "burn -x", "burn 5",
		"burn -w /nowhere/file", "burn -r /nowhere/file", "burn -r /dev/null",
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		run__program(&run, 0, commands[i]);
		if (!run__refused(&run)) {
			printf("# %s was not refused with one line\n", commands[i]);
			return TEST_FAIL;
		}
	}
	return TEST_PASS;
}

/* Lines of output, after those of -v. */
static bool output__take(unsigned long *rate, double *real)
{
	const char *at = strstr(run.out, "\nrecords ");
	double user, sys;
	int length = 0;

	at = at ? strchr(at + 1, '\n') + 1 : run.out;
	if (sscanf(at, "%lu records/s\nreal %lf s\nuser %lf s\nsys  %lf s\n%n",
		   rate, real, &user, &sys, &length) != 4)
		return false;
	return length && !at[length];
}

static enum outcome test__output(void)
{
	unsigned long rate;
	double real;

	run__program(&run, 0, "ebizzy -S 0.3 -t 2");
	EXPECT(run.status == 0 && !*run.err);
	EXPECT(output__take(&rate, &real));
	EXPECT(rate > 0 && real >= 0.3 && real < 15);
	EXPECT(strstr(run.out, "real  "));
	run__program(&run, 0, "ebizzy -S 0.1 -t 2 -v");
	EXPECT(output__take(&rate, &real));
	EXPECT(strstr(run.out, "threads 2\n") && strstr(run.out, "never_mmap 0\n"));
	return TEST_PASS;
}

/* -c checks each copy; a key not found ends every run. */
static enum outcome test__modes(void)
{
	static const char * const modes[] = {
		"-c", "-M -c", "-m -c", "-R -c", "-l -c -s 4096", "-z -c", "-p -c", "-P -c", "-T",
		"-C -c", "-M -p -P -c", "-m -p -P -R -z -c", "-n 1 -s 8 -c", "-n 100 -s 8200 -p -c",
	};
	unsigned long rate;
	double real;
	char command[64];

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		snprintf(command, sizeof(command), "ebizzy -S 0.2 -t 2 %s", modes[i]);
		run__program(&run, 0, command);
		if (run.status || !output__take(&rate, &real) || !rate) {
			printf("# %s: status %d: %s%s", command, run.status, run.out, run.err);
			return TEST_FAIL;
		}
	}
	return TEST_PASS;
}

static enum outcome test__keys(void)
{
	size_t key, records, found = 0, other = 0;

	run__program(&run, 0, "ebizzy -S 0.3 -t 1 -R -vvv");
	EXPECT(run.status == 0);
	for (const char *at = run.out; (at = strstr(at, "found key ")); at++) {
		if (sscanf(at, "found key %zu among %zu\n", &key, &records) != 2)
			break;
		EXPECT(key < records && records <= 65536);
		found++;
		other += key != 0;
	}
	EXPECT(found > 2 && other > 0);
	return TEST_PASS;
}

static double faults__each(const char *command)
{
	const char *at;
	unsigned long records = 0;

	run__program(&run, 0, command);
	at = strstr(run.out, "\nrecords ");
	if (run.status || !at || sscanf(at, "\nrecords %lu\n", &records) != 1 || !records)
		return -1;
	return (double)run.usage.ru_minflt / records;
}

/*
 * The reason to run ebizzy at all: with -m each record gives its 512 KiB back
 * and must fault 128 pages in again, with -M all but the 128 KiB that glibc keeps
 * at an arena's top (M_TOP_PAD). Otherwise memory stays.
 */
static enum outcome test__memory(void)
{
	if (sysconf(_SC_PAGESIZE) != 4096)
		return test__skip("pages are not of 4 KiB");
	EXPECT(faults__each("ebizzy -v -M -S 0.5 -t 2") > 90);
	EXPECT(faults__each("ebizzy -v -m -S 0.5 -t 2") > 120);
	EXPECT(faults__each("ebizzy -v -S 0.5 -t 2") < 45);
	return TEST_PASS;
}

/* Threads that made system calls would have left the CPU by themselves. */
static enum outcome test__burn(void)
{
	double user, sys;

	run__program(&run, 1, "burn");
	user = run.usage.ru_utime.tv_sec + run.usage.ru_utime.tv_usec / 1e6;
	sys = run.usage.ru_stime.tv_sec + run.usage.ru_stime.tv_usec / 1e6;
	EXPECT(run.status == 128 + 15);
	EXPECT(user > 0.02 && sys < user / 2);
	EXPECT(run.usage.ru_nvcsw <= 4 * sysconf(_SC_NPROCESSORS_CONF));
	return TEST_PASS;
}

static enum outcome test__burn_share(void)
{
	double user;

	run__program(&run, 1, "burn -d 10 -p 20");
	user = run.usage.ru_utime.tv_sec + run.usage.ru_utime.tv_usec / 1e6;
	EXPECT(run.status == 128 + 15);
	EXPECT(user < 0.3 * sysconf(_SC_NPROCESSORS_ONLN));
	EXPECT(run.usage.ru_nvcsw > 10);
	return TEST_PASS;
}

static void work__run(double kill_after, const char *option)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "burn %s %s", option, test__path("work"));
	run__program(&run, kill_after, command);
}

static bool work__take(unsigned long *rounds, long long *ns)
{
	work__run(0, "-r");
	return run.status == 0 && sscanf(run.out, "%lu %lld\n", rounds, ns) == 2;
}

/* What one counts another one sees, and it does not count on. */
static enum outcome test__burn_work(void)
{
	unsigned long rounds, later_rounds;
	long long ns, later_ns;

	work__run(0.2, "-w");
	EXPECT(run.status == 128 + 15);
	EXPECT(work__take(&rounds, &ns) && work__take(&later_rounds, &later_ns));
	EXPECT(rounds > 0 && rounds == later_rounds && ns > 0 && later_ns > ns);
	work__run(0.4, "-w");
	EXPECT(work__take(&later_rounds, &later_ns) && later_rounds > rounds);
	return TEST_PASS;
}

const struct test workload_tests[] = {
	{ "ebizzy: searches find every key, and damage", test__search },
	{ "ebizzy: random numbers are spread evenly", test__random },
	{ "ebizzy, burn: bad options are refused with one line", test__refusals },
	{ "ebizzy: output is that of version 0.3", test__output },
	{ "ebizzy: every mode copies and finds", test__modes },
	{ "ebizzy: keys and sizes differ", test__keys },
	{ "ebizzy: -M and -m give memory back for each record", test__memory },
	{ "burn: user mode only, until killed", test__burn },
	{ "burn: a share leaves the CPU", test__burn_share },
	{ "burn: work is counted for others", test__burn_work },
	{ NULL, NULL }
};
