// SPDX-License-Identifier: GPL-2.0
/*
 * Run tests that were built with a source broken on purpose, and report each
 * that fails as it should: "ok" means that the fault was found.
 *
 * usage: check-mutants PROGRAM...
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How many run at once: most of them sleep, spin for a while, or hang. */
#define AT_ONCE		8

/* Seconds after which a mutant is taken to hang, which a user would notice. */
#define TIME_LIMIT	120

static void run(const char *program)
{
	char log[4096];
	int fd;

	snprintf(log, sizeof(log), "%s.log", program);
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(TIME_LIMIT);
	execl(program, program, NULL);
	_exit(126);
}

static pid_t start(const char *program)
{
	pid_t child = fork();

	if (!child)
		run(program);
	return child;
}

/* Return true if the tests found the fault, or say why not. */
static bool found(pid_t child, const char **why)
{
	int status;

	*why = "does not run";
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return false;

	/* Nothing of a hanging one may stay. */
	kill(-child, SIGKILL);
	if (WIFSIGNALED(status))
		return true;
	if (WEXITSTATUS(status) == 1)
		return true;
	if (!WEXITSTATUS(status))
		*why = "passes all tests";

	return false;
}

int main(int argc, char **argv)
{
	pid_t *child = calloc(argc, sizeof(*child));
	const char *name, *why;
	int i, next = 1, ret = 0;

	if (argc < 2 || !child) {
		fprintf(stderr, "usage: %s PROGRAM...\n", argv[0]);
		free(child);
		return 1;
	}

	printf("KTAP version 1\n1..%d\n", argc - 1);
	for (i = 1; i < argc; i++) {
		for (; next < argc && next < i + AT_ONCE; next++)
			child[next] = start(argv[next]);
		name = strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i];
		if (found(child[i], &why)) {
			printf("ok %d mutant.%s\n", i, name);
		} else {
			printf("# %s: %s; log: %s.log\n", name, why, argv[i]);
			printf("not ok %d mutant.%s\n", i, name);
			ret = 1;
		}
		fflush(stdout);
	}

	free(child);
	return ret;
}
