// SPDX-License-Identifier: GPL-2.0
/*
 * A program in the host, followed line by line until it ends or is out of time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../shared/keep.h"
#include "clock.h"
#include "common.h"
#include "options.h"
#include "out.h"
#include "proc.h"

static pid_t proc__start(const char *command, int *fd)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = keep__fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(ends[1]);
	*fd = ends[0];
	return pid;
}

/* Hand on what it prints. False: out of time. */
static bool proc__follow(int fd, double end, void (*line)(void *arg, const char *line),
			 void *arg)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	FILE *f = fdopen(fd, "r");
	bool ended = false;
	char text[1024];

	setvbuf(f, NULL, _IONBF, 0);
	while (!ended) {
		double left = end - now();

		if (left <= 0 || !poll(&pfd, 1, 1000 * left))
			break;
		ended = !fgets(text, sizeof(text), f);
		if (!ended)
			line(arg, text);
	}
	fclose(f);
	return ended;
}

int proc__run(const char *command, double seconds,
	      void (*line)(void *arg, const char *line), void *arg)
{
	int fd, status = 0;
	pid_t pid = proc__start(command, &fd);
	bool ended;

	if (pid < 0)
		return out__error("cannot start %s: %m", command), EXIT_FAIL;
	ended = proc__follow(fd, now() + seconds * opt.slower, line, arg);
	if (!ended) {
		out__error("%s: out of time after %.0f s", command, seconds * opt.slower);
		keep__end(pid, &status);
		return PROC_LATE;
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
