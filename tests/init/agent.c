// SPDX-License-Identifier: GPL-2.0
/*
 * The agent: pvrun's hand in the guest, as PID 1. It reads a command a line
 * from the second serial port and answers on it; tests/run/vm.c is the other end.
 *
 *	hello			say again how many CPUs are up
 *	set PATH VALUE		write VALUE to a file
 *	get PATH		print a file
 *	cpuid LEAF		print EAX EBX ECX EDX, in hex
 *	run COMMAND LINE	run it, print its output, answer with its status
 *	bg COMMAND LINE		start it and answer at once
 *	kill			end everything that bg started; ESRCH if some of
 *				it had ended already
 *	poweroff
 *
 * The answer is zero or more "= text" lines, then ". STATUS": an errno for
 * files, an exit status for commands, 128 and the signal for killed ones.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"
#include "serial.h"

#define MAX_BACKGROUND	256

/* Two streams: one that both reads and writes would have to seek. */
static FILE *port, *requests;
static pid_t background[MAX_BACKGROUND];
static int backgrounds;
static bool stopped;

static int port__open(void)
{
	int fd = serial__open("/dev/ttyS1");

	if (fd < 0)
		return -1;
	port = fdopen(fd, "w");
	requests = fdopen(fcntl(fd, F_DUPFD_CLOEXEC, 0), "r");
	return port && requests ? 0 : -1;
}

static void agent__hello(void)
{
	fprintf(port, "ready %ld\n", sysconf(_SC_NPROCESSORS_ONLN));
}

/* Each line of @in becomes an output line of the answer. */
static void agent__relay(FILE *in)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, in) > 0)
		fprintf(port, "= %.*s\n", (int)strcspn(line, "\r\n"), line);
	free(line);
}

static int agent__get(char *path)
{
	FILE *f = fopen(path, "re");

	if (!f)
		return errno;
	agent__relay(f);
	fclose(f);
	return 0;
}

static int agent__set(char *arg)
{
	char *path = strsep(&arg, " ");
	int fd, ret = 0;

	if (!arg)
		return EINVAL;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, arg, strlen(arg)) < 0)
		ret = errno;
	close(fd);
	return ret;
}

static int agent__cpuid(char *arg)
{
	unsigned int eax, ebx, ecx, edx;

	__cpuid_count(strtoul(arg, NULL, 0), 0, eax, ebx, ecx, edx);
	fprintf(port, "= %08x %08x %08x %08x\n", eax, ebx, ecx, edx);
	return 0;
}

/* Start a shell in a process group of its own, with its output in @out. */
static pid_t agent__spawn(const char *command, int out)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setsid();
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(out, 1);
	dup2(out, 2);
	execl("/bin/sh", "sh", "-c", command, NULL);
	dprintf(2, "cannot run /bin/sh: %m\n");
	_exit(127);
}

static int agent__run(char *command)
{
	int fds[2], status = 0;
	FILE *out;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return errno;
	pid = agent__spawn(command, fds[1]);
	close(fds[1]);
	out = fdopen(fds[0], "r");
	if (out && pid > 0) {
		agent__relay(out);
		waitpid(pid, &status, 0);
	}
	if (out)
		fclose(out);
	if (!out || pid < 0)
		return ENOMEM;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int agent__bg(char *command)
{
	int null;

	if (backgrounds == MAX_BACKGROUND)
		return EAGAIN;
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	background[backgrounds] = agent__spawn(command, null);
	close(null);
	if (background[backgrounds] < 0)
		return ENOMEM;
	backgrounds++;
	return 0;
}

/*
 * A child that has not reached setsid() yet has no group: kill it by its own
 * number as well.
 */
static int agent__kill(char *arg)
{
	int ret = 0;

	(void)arg;
	while (backgrounds) {
		pid_t pid = background[--backgrounds];
		siginfo_t info = { 0 };

		waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT);
		if (info.si_pid)
			ret = ESRCH;
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return ret;
}

/* init switches the machine off when agent__main() is left. */
static int agent__poweroff(char *arg)
{
	(void)arg;
	stopped = true;
	return 0;
}

static const struct {
	const char *name;
	int (*fn)(char *arg);
} commands[] = {
	{ "set", agent__set },
	{ "get", agent__get },
	{ "cpuid", agent__cpuid },
	{ "run", agent__run },
	{ "bg", agent__bg },
	{ "kill", agent__kill },
	{ "poweroff", agent__poweroff },
};

static void agent__command(char *line)
{
	char *name = strsep(&line, " ");
	int status = ENOSYS;
	size_t i;

	if (!strcmp(name, "hello")) {
		agent__hello();
		return;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(name, commands[i].name))
			status = commands[i].fn(line ? line : "");
	fprintf(port, ". %d\n", status);
}

/*
 * Orphans of a killed shell end up here; bg's own children stay until kill,
 * so that their numbers are not given to others.
 */
static void agent__reap(void)
{
	siginfo_t info = { 0 };
	int i;

	while (!waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid) {
		for (i = 0; i < backgrounds; i++)
			if (background[i] == info.si_pid)
				return;
		waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
}

/* Return when told to, or when the port is gone and no more commands come. */
int agent__main(void)
{
	char *line = NULL;
	size_t size = 0;

	if (port__open()) {
		fprintf(stderr, "agent: no /dev/ttyS1: %m\n");
		return 1;
	}
	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
	agent__hello();
	fflush(port);
	while (!stopped && getline(&line, &size, requests) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line)
			agent__command(line);
		fflush(port);
		agent__reap();
	}
	free(line);
	tcdrain(fileno(port));
	return !stopped;
}
