// SPDX-License-Identifier: GPL-2.0
/*
 * Programs on the kernel's own KVM selftest library, which make their own VMs:
 * each file of /selftests in the order of their names, its KTAP nested into
 * ours. Their exit status is kselftest's. The kernel log is read after each.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

#define FOLDER		"/selftests"

/* Seconds that one program may take, on a machine that is emulated. */
#define LIMIT		600

static int is_program(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static pid_t program__start(const char *name, int *fd)
{
	char path[512];
	int ends[2];
	pid_t pid;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		execl(path, path, NULL);
		_exit(127);
	}
	close(ends[1]);
	*fd = ends[0];
	return pid;
}

/* Results go on as they are, whatever else it says as a remark. */
static void line__pass(const char *line)
{
	int len = strcspn(line, "\r\n");

	if (!strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7) ||
	    !strncmp(line, "1..", 3))
		out__line("    %.*s", len, line);
	else
		out__note("%.*s", len, line);
}

/* Pass on what the program prints, until it ends. Nonzero: out of time. */
static int program__follow(int fd, double until)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	FILE *f = fdopen(fd, "r");
	char line[1024];

	setvbuf(f, NULL, _IONBF, 0);
	for (;;) {
		double left = until - now();

		if (left <= 0 || !poll(&pfd, 1, 1000 * left))
			break;
		if (!fgets(line, sizeof(line), f)) {
			fclose(f);
			return 0;
		}
		line__pass(line);
	}
	fclose(f);
	return -1;
}

static int program__status(pid_t pid, int late)
{
	int status, ret;

	if (late) {
		out__error("out of time after %d s", LIMIT);
		kill(-pid, SIGKILL);
	}
	ret = waitpid(pid, &status, 0) == pid ? 0 : EXIT_FAIL;
	/* Whatever it left behind goes too. */
	kill(-pid, SIGKILL);
	if (ret || late)
		return EXIT_FAIL;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAIL;
}

static int program__run(const char *name, int number)
{
	double start = now();
	int fd, ret, late;
	pid_t pid;

	pid = program__start(name, &fd);
	if (pid < 0)
		return out__error("cannot start %s: %m", name), EXIT_FAIL;
	late = program__follow(fd, start + LIMIT);
	ret = program__status(pid, late);
	if (log__check(NULL))
		ret = EXIT_FAIL;
	out__note("%s took %.1f s", name, now() - start);
	if (ret == EXIT_SKIP)
		out__line("ok %d %s # SKIP", number, name);
	else
		out__line("%sok %d %s", ret ? "not " : "", number, name);
	return ret;
}

/* selftests */
int selftests__main(void)
{
	struct dirent **programs;
	int i, count, failed = 0, skipped = 0;

	if (opt.dry_run) {
		out__note("runs what is in " FOLDER);
		return EXIT_PASS;
	}
	count = scandir(FOLDER, &programs, is_program, alphasort);
	if (count < 1)
		return out__error("no program in " FOLDER), EXIT_FAIL;
	out__line("KTAP version 1\n1..%d", count);
	for (i = 0; i < count; i++) {
		int ret = program__run(programs[i]->d_name, i + 1);

		failed += ret != EXIT_PASS && ret != EXIT_SKIP;
		skipped += ret == EXIT_SKIP;
		free(programs[i]);
	}
	free(programs);
	if (failed)
		return EXIT_FAIL;
	return skipped == count ? EXIT_SKIP : EXIT_PASS;
}
