// SPDX-License-Identifier: GPL-2.0
/*
 * pvsuite: runs the parts of "make test" one after the other and adds up what
 * they say. Each part is a command that prints KTAP; it becomes a subtest.
 *
 *	pvsuite [--list] [--only=NAME[,NAME]] NAME:SECONDS[/TRIES]:COMMAND...
 *
 * A part fails when one of its tests does, when its exit status says so, when
 * it takes longer than its limit, and when it announces more tests than it
 * reports: a missing result is a failure. One that is given several tries is
 * run again when it failed, and says so: that is for an emulator in real time on
 * a machine that may be short of CPU. Exit status 0 pass, 1 fail, 4 when nothing
 * but skips came.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXIT_SKIP	4

struct count {
	int passed;
	int failed;
	int skipped;
	int again;
};

struct part {
	char *name;
	double limit;
	int tries;
	char *command;
	int planned;		/* -1 until the plan is read */
	bool late;
	struct count count;
};

static pid_t running;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void die_with_child(int sig)
{
	if (running > 0)
		kill(-running, SIGKILL);
	signal(sig, SIG_DFL);
	raise(sig);
}

static int part__parse(struct part *part, char *arg)
{
	char *limit, *command, *tries;

	limit = strchr(arg, ':');
	command = limit ? strchr(limit + 1, ':') : NULL;
	if (!command)
		return -1;
	*limit++ = '\0';
	*command++ = '\0';
	part->name = arg;
	part->limit = strtod(limit, &tries);
	part->tries = *tries == '/' ? atoi(tries + 1) : 1;
	part->command = command;
	return part->limit > 0 && part->tries > 0 ? 0 : -1;
}

static bool wanted(const char *only, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	if (!only || !*only || !strcmp(only, "all"))
		return true;
	for (at = only; (at = strstr(at, name)); at += len)
		if ((at == only || at[-1] == ',') && (!at[len] || at[len] == ','))
			return true;
	return false;
}

/* Only lines that are not indented count: the others belong to subtests. */
static void part__line(struct part *part, const char *line)
{
	int planned;

	if (!strncmp(line, "not ok ", 7))
		part->count.failed++;
	else if (!strncmp(line, "ok ", 3) && strstr(line, "# SKIP"))
		part->count.skipped++;
	else if (!strncmp(line, "ok ", 3))
		part->count.passed++;
	else if (sscanf(line, "1..%d", &planned) == 1)
		part->planned = planned;
	if (strncmp(line, "KTAP version", 12))
		printf("    %s", line);
	fflush(stdout);
}

static int part__start(const struct part *part)
{
	int fds[2];

	if (pipe(fds))
		return -1;
	running = fork();
	if (!running) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl("/bin/sh", "sh", "-c", part->command, NULL);
		_exit(127);
	}
	close(fds[1]);
	return running < 0 ? -1 : fds[0];
}

/* Wait for more output until the limit, and kill the part there. */
static bool part__more(struct part *part, int fd, double end)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double left = end - now();

	if (left > 0 && poll(&p, 1, left * 1000 + 1) > 0)
		return true;
	part->late = true;
	kill(-running, SIGKILL);
	return false;
}

static void part__read(struct part *part, int fd)
{
	double end = now() + part->limit;
	char line[4096];
	size_t len = 0;

	while (part__more(part, fd, end)) {
		if (read(fd, line + len, 1) != 1)
			break;
		if (line[len++] != '\n' && len < sizeof(line) - 1)
			continue;
		line[len] = '\0';
		part__line(part, line);
		len = 0;
	}
	close(fd);
}

/* Say why a part failed, or NULL if it did not. */
static const char *part__fault(const struct part *part, int status)
{
	const struct count *c = &part->count;
	int reported = c->passed + c->failed + c->skipped;

	if (part->late)
		return "took longer than its limit";
	if (c->failed)
		return "tests failed";
	if (!WIFEXITED(status))
		return "was killed";
	if (WEXITSTATUS(status) && WEXITSTATUS(status) != EXIT_SKIP)
		return "ended with an error";
	if (part->planned < 0 || reported == 0)
		return "reported no result";
	return reported < part->planned ? "did not report every result" : NULL;
}

/* Run it once. Say why it failed, or NULL if it did not. */
static const char *part__try(struct part *part)
{
	int status = 0, fd;

	part->late = false;
	part->planned = -1;
	part->count = (struct count) { };
	fd = part__start(part);
	if (fd < 0)
		return "could not be started";
	part__read(part, fd);
	waitpid(running, &status, 0);
	kill(-running, SIGKILL);
	running = 0;
	return part__fault(part, status);
}

static void part__run(struct part *part, int number, struct count *sum)
{
	double start = now();
	const char *fault;
	int try = 1;
	bool skip;

	printf("# %s: %s\n    KTAP version 1\n", part->name, part->command);
	fflush(stdout);
	while ((fault = part__try(part)) && try < part->tries) {
		printf("    # %s: %s in try %d of %d, running it again\n", part->name,
		       fault, try++, part->tries);
		sum->again++;
	}
	skip = !fault && !part->count.passed;
	printf("%sok %d %s%s # %.0f s%s%s\n", fault ? "not " : "", number, part->name,
	       skip ? " # SKIP nothing in it could run here," : "", now() - start,
	       fault ? ", " : "", fault ?: "");
	fflush(stdout);
	sum->passed += part->count.passed;
	sum->failed += part->count.failed + (fault && !part->count.failed);
	sum->skipped += part->count.skipped;
}

static int usage(void)
{
	fprintf(stderr, "usage: pvsuite [--list] [--only=NAME,...] NAME:SECONDS[/TRIES]:COMMAND...\n");
	return 1;
}

static int run_all(struct part *parts, int count, const char *only)
{
	struct count sum = { };
	int i, number = 0, planned = 0;

	for (i = 0; i < count; i++)
		planned += wanted(only, parts[i].name);
	if (!planned) {
		fprintf(stderr, "pvsuite: no part is called %s; --list prints them\n", only);
		return 1;
	}
	printf("KTAP version 1\n1..%d\n", planned);
	for (i = 0; i < count; i++)
		if (wanted(only, parts[i].name))
			part__run(&parts[i], ++number, &sum);
	printf("%d passed, %d failed, %d skipped", sum.passed, sum.failed, sum.skipped);
	if (sum.again)
		printf("; parts run again: %d", sum.again);
	printf("\n");
	if (sum.failed)
		return 1;
	return sum.passed ? 0 : EXIT_SKIP;
}

int main(int argc, char **argv)
{
	struct part *parts = calloc(argc, sizeof(*parts));
	const char *only = NULL;
	bool list = false;
	int i, count = 0;

	for (i = 1; parts && i < argc; i++) {
		if (!strcmp(argv[i], "--list"))
			list = true;
		else if (!strncmp(argv[i], "--only=", 7))
			only = argv[i] + 7;
		else if (part__parse(&parts[count++], argv[i]))
			return usage();
	}
	if (!count)
		return usage();
	for (i = 0; list && i < count; i++)
		printf("%s: %s\n", parts[i].name, parts[i].command);
	if (list)
		return 0;
	signal(SIGINT, die_with_child);
	signal(SIGTERM, die_with_child);
	return run_all(parts, count, only);
}
