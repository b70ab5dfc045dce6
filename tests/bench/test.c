// SPDX-License-Identifier: GPL-2.0
/* Runs the tests of this folder and prints KTAP; exit status 0 or 1. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compiler.h"
#include "test.h"

static const char *build_dir;
static char test_dir[32];
static const char *skip_reason;

enum outcome test__skip(const char *why)
{
	skip_reason = why;
	return TEST_SKIP;
}

const char *test__path(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", test_dir, name);
	return path;
}

static void file__read(const char *name, char *text, size_t size)
{
	FILE *f = fopen(test__path(name), "r");

	text[f ? fread(text, 1, size - 1, f) : 0] = 0;
	if (f)
		fclose(f);
}

/* The time limit: an alarm outlives exec(). */
static void __noreturn child__exec(const char *command)
{
	char *copy = strdup(command), *argv[32], path[PATH_MAX];
	int argc = 0, out, err;

	while (argc < 31 && (argv[argc] = strsep(&copy, " ")))
		argc++;
	argv[argc] = NULL;
	out = open(test__path("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	err = open(test__path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(out, 1);
	dup2(err, 2);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(20);
	snprintf(path, sizeof(path), "%s/%s", build_dir, argv[0]);
	execv(path, argv);
	dprintf(2, "cannot run %s: %s\n", path, strerror(errno));
	_exit(127);
}

void run__program(struct run *run, double kill_after, const char *command)
{
	struct timespec wait = { .tv_sec = kill_after };
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		child__exec(command);
	wait.tv_nsec = (kill_after - wait.tv_sec) * 1e9;
	if (kill_after) {
		nanosleep(&wait, NULL);
		kill(pid, SIGTERM);
	}
	while (wait4(pid, &status, 0, &run->usage) < 0 && errno == EINTR)
		;
	run->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	file__read("out", run->out, sizeof(run->out));
	file__read("err", run->err, sizeof(run->err));
}

/* Every refusal is one line that names the program, and status 1. */
bool run__refused(const struct run *run)
{
	const char *end = strchr(run->err, '\n');

	if (run->status == 1 && end && !end[1] && strchr(run->err, ':'))
		return true;
	printf("# status %d, said: %s\n", run->status, run->err);
	return false;
}

static bool test__run(int number, const struct test *test)
{
	enum outcome outcome = test->run();

	if (outcome == TEST_SKIP)
		printf("ok %d %s # SKIP %s\n", number, test->name, skip_reason);
	else
		printf("%sok %d %s\n", outcome == TEST_FAIL ? "not " : "", number, test->name);
	fflush(stdout);
	return outcome != TEST_FAIL;
}

static void dir__remove(void)
{
	DIR *dir = opendir(test_dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(test_dir);
}

int main(int argc, char *argv[])
{
	const struct test *lists[] = { report_tests, tables_tests, workload_tests };
	int count = 0, number = 0, failed = 0;

	if (argc != 2) {
		fprintf(stderr, "bench-test: give the build directory; see tests/bench/Makefile\n");
		return 1;
	}
	build_dir = argv[1];
	snprintf(test_dir, sizeof(test_dir), "/tmp/pvsched-bench-XXXXXX");
	if (!mkdtemp(test_dir)) {
		fprintf(stderr, "bench-test: cannot make %s: %s\n", test_dir, strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const struct test *t = lists[i]; t->name; t++)
			count++;
	printf("KTAP version 1\n1..%d\n", count);
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const struct test *t = lists[i]; t->name; t++)
			failed += !test__run(++number, t);
	dir__remove();
	return failed ? 1 : 0;
}
