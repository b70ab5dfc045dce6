// SPDX-License-Identifier: GPL-2.0
/*
 * A keeper is the subreaper of what its child starts: a process that loses its
 * parent becomes the keeper's own child. So killing one's own children until
 * none is left reaches all descendants.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keep.h"

/* The name, in parentheses, may hold anything: the parent follows its end. */
static bool is_child(const char *pid)
{
	char path[64], line[512] = "", *end;
	int parent = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	if (end)
		sscanf(end, ") %*c %d", &parent);
	fclose(file);
	return parent == getpid();
}

static void kill_children(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)*entry->d_name) && is_child(entry->d_name))
			kill(atoi(entry->d_name), SIGKILL);
	if (proc)
		closedir(proc);
}

static void end_all(void)
{
	pid_t pid;

	do {
		kill_children();
		usleep(1000);
		do {
			pid = waitpid(-1, NULL, WNOHANG);
		} while (pid > 0);
	} while (pid == 0 || errno != ECHILD);
}

/* End as the child did. */
static void __attribute__((noreturn)) end_like(int status)
{
	if (WIFSIGNALED(status)) {
		sigset_t all;

		prctl(PR_SET_DUMPABLE, 0);
		signal(WTERMSIG(status), SIG_DFL);
		sigfillset(&all);
		sigprocmask(SIG_UNBLOCK, &all, NULL);
		raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
}

/* SIGTERM and SIGCHLD are blocked, and taken one by one. */
static void __attribute__((noreturn)) keeper(pid_t child, const sigset_t *signals)
{
	int status = 0;
	pid_t pid;
	int sig;

	for (;;) {
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == child)
				break;
		if (pid == child || (pid < 0 && errno == ECHILD))
			break;
		if (!sigwait(signals, &sig) && sig == SIGTERM) {
			status = SIGTERM;
			break;
		}
	}
	end_all();
	end_like(status);
}

pid_t keep__fork(void)
{
	pid_t parent = getpid(), pid = fork();
	sigset_t signals, before;

	if (pid)
		return pid;
	setpgid(0, 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &before);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(255);
	pid = fork();
	if (pid > 0)
		keeper(pid, &signals);
	if (pid < 0)
		_exit(255);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return 0;
}

void keep__end(pid_t keeper, int *status)
{
	kill(keeper, SIGTERM);
	while (waitpid(keeper, status, 0) < 0 && errno == EINTR)
		;
}
