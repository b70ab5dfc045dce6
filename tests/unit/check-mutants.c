// SPDX-License-Identifier: GPL-2.0
/*
 * Run tests that were built with a source broken on purpose, and report each
 * that fails as it should: "ok" means that the fault was found.
 *
 * A test that hangs has found a fault only where the break is one that makes it
 * hang. Such a break says so: the second line of its script is "# hangs".
 *
 * Where threads race, a break shows with some probability only: a mutant that was not
 * found is run again a few times.
 *
 * usage: check-mutants FOLDER PROGRAM...
 *
 * FOLDER has the scripts, each with the name of its program and the suffix .sed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../shared/keep.h"

/* How often a mutant is run that was not found. */
#define TRIES		5

/* How many run at once: most of them sleep, spin for a while, or hang. */
#define AT_ONCE		8

/*
 * Seconds after which a mutant is taken to hang. Nearly all that hang are ended
 * sooner: by the alarm of the kernel's harness, or by the lock's own watch.
 */
#define TIME_LIMIT	600
#define POLL_US		20000

#define HANGS		"# hangs\n"

/* What a log says of a test that was ended because nothing moved. */
static const char * const stuck[] = { ": Test terminated by timeout", " stalled\n" };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void run(const char *program)
{
	char log[4096];
	int fd;

	snprintf(log, sizeof(log), "%s.log", program);
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	execl(program, program, NULL);
	_exit(126);
}

static pid_t start(const char *program)
{
	pid_t child = keep__fork();

	if (!child)
		run(program);
	return child;
}

/* Return whether the mutant ended by itself, with its @status. */
static bool ends(pid_t child, double end, int *status)
{
	while (!waitpid(child, status, WNOHANG)) {
		if (now() > end) {
			keep__end(child, status);
			return false;
		}
		usleep(POLL_US);
	}
	return true;
}

/* Return whether some test hung, and no other found the fault. */
static bool log__is_hang(const char *program)
{
	int failed = 0, hung = 0;
	char path[4096], line[4096];
	size_t i;
	FILE *log;

	snprintf(path, sizeof(path), "%s.log", program);
	log = fopen(path, "re");
	while (log && fgets(line, sizeof(line), log)) {
		failed += !strncmp(line, "not ok ", 7);
		for (i = 0; i < sizeof(stuck) / sizeof(*stuck); i++)
			hung += !!strstr(line, stuck[i]);
	}
	if (log)
		fclose(log);

	return hung && failed <= hung;
}

/* Return whether the script of a mutant says that it hangs. */
static bool hang__is_right(const char *folder, const char *name)
{
	char path[4096], line[256] = "";
	FILE *script;
	int i;

	snprintf(path, sizeof(path), "%s/%s.sed", folder, name);
	script = fopen(path, "re");
	if (!script) {
		fprintf(stderr, "check-mutants: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	for (i = 0; i < 2; i++)
		if (!fgets(line, sizeof(line), script))
			break;
	fclose(script);

	return !strcmp(line, HANGS);
}

struct mutant {
	const char *program, *name;
	pid_t child;
	double end;
};

/* Return NULL if the tests found the fault, or why not. */
static const char *mutant__missed(const struct mutant *mutant, const char *folder)
{
	int status = 0;

	if (mutant->child < 0)
		return "does not run";
	if (!ends(mutant->child, mutant->end, &status) ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == 1 && log__is_hang(mutant->program)))
		return hang__is_right(folder, mutant->name) ? NULL : "hangs, and its script has no \"# hangs\"";
	if (WIFSIGNALED(status) || WEXITSTATUS(status) == 1)
		return NULL;

	return WEXITSTATUS(status) ? "does not run" : "passes all tests";
}

static void mutant__start(struct mutant *mutant, const char *program)
{
	mutant->program = program;
	mutant->name = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;
	mutant->child = start(program);
	mutant->end = now() + TIME_LIMIT;
}

/* Await a mutant, and start it anew if it was not found. */
static const char *mutant__await(struct mutant *mutant, const char *folder)
{
	const char *why = mutant__missed(mutant, folder);
	int i;

	for (i = 1; why && i < TRIES; i++) {
		mutant__start(mutant, mutant->program);
		why = mutant__missed(mutant, folder);
	}
	return why;
}

int main(int argc, char **argv)
{
	struct mutant *mutants = calloc(argc, sizeof(*mutants));
	int i, next = 0, count = argc - 2, ret = 0;
	const char *why;

	if (count < 1 || !mutants) {
		fprintf(stderr, "usage: %s FOLDER PROGRAM...\n", argv[0]);
		return 1;
	}

	printf("KTAP version 1\n1..%d\n", count);
	for (i = 0; i < count; i++) {
		for (; next < count && next < i + AT_ONCE; next++)
			mutant__start(&mutants[next], argv[next + 2]);
		why = mutant__await(&mutants[i], argv[1]);
		if (why)
			printf("# %s: %s; log: %s.log\n", mutants[i].name, why, mutants[i].program);
		printf("%sok %d mutant.%s\n", why ? "not " : "", i + 1, mutants[i].name);
		fflush(stdout);
		ret |= !!why;
	}

	free(mutants);
	return ret;
}
