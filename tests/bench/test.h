/* SPDX-License-Identifier: GPL-2.0 */
/* Tests of this folder, in KTAP. */
#ifndef BENCH_TEST_H
#define BENCH_TEST_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>

enum outcome {
	TEST_PASS,
	TEST_FAIL,
	TEST_SKIP,
};

struct test {
	const char *name;
	enum outcome (*run)(void);
};

/* Each ends with a NULL name. */
extern const struct test report_tests[];
extern const struct test tables_tests[];
extern const struct test workload_tests[];

/* Print why, and return TEST_FAIL from the test. */
#define EXPECT(condition)								\
	do {										\
		if (!(condition)) {							\
			printf("# %s:%d: expected %s\n", __FILE__, __LINE__, #condition); \
			return TEST_FAIL;						\
		}									\
	} while (0)

enum outcome test__skip(const char *why);

/* What a program did. @status is its exit status, or 128 and the signal. */
struct run {
	int status;
	char out[16384];
	char err[4096];
	struct rusage usage;
};

/*
 * Run a program of the build directory; @command is split at spaces. With
 * @kill_after seconds it is killed, without it must end in 20 seconds.
 */
void run__program(struct run *run, double kill_after, const char *command);
bool run__refused(const struct run *run);

/* A file in the tests' own directory, which is removed at the end. */
const char *test__path(const char *name);

#endif /* BENCH_TEST_H */
