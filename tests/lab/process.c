// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that pvlab starts. Each leads a process group of its own, so that
 * all it started can be ended with it, and dies when pvlab does, however
 * pvlab ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

#define TERM_GRACE_MS	2000

void command__add(struct command *cmd, const char *arg)
{
	int room = sizeof(cmd->argv) / sizeof(*cmd->argv) - 1;

	if (cmd->argc == room)
		die("more than %d arguments for %s", room, cmd->argv[0]);
	cmd->argv[cmd->argc++] = arg;
}

static char *command__line(const struct command *cmd)
{
	char *line = str__format("%s", "");

	for (int i = 0; i < cmd->argc; i++) {
		char *longer = str__format("%s%s%s", line, i ? " " : "",
					   str__quote(cmd->argv[i]));

		free(line);
		line = longer;
	}
	return line;
}

/* In a form that can be pasted into a shell. */
void command__print(const struct command *cmd)
{
	char *line = command__line(cmd);

	if (cmd->preload)
		line = str__format("env LD_PRELOAD=%s %s",
				   str__quote(cmd->preload), line);
	if (cmd->terminal)
		line = str__format("TERM=xterm script -qec %s /dev/null",
				   str__quote(line));
	if (cmd->dir)
		line = str__format("cd %s && %s", str__quote(cmd->dir), line);
	printf("%s\n", line);
	free(line);
}

/* All that a short program prints, errors included. */
char *command__output(const char * const argv[], int *status)
{
	char *text = NULL;
	size_t size = 0;
	char bytes[4096];
	FILE *memory = open_memstream(&text, &size);
	ssize_t len;
	int ends[2];
	pid_t pid;

	if (!memory || pipe2(ends, O_CLOEXEC))
		die("cannot start %s: %s", argv[0], strerror(errno));
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execv(argv[0], (char **)argv);
		_exit(127);
	}
	close(ends[1]);
	while ((len = read(ends[0], bytes, sizeof(bytes))) > 0)
		fwrite(bytes, len, 1, memory);
	close(ends[0]);
	fclose(memory);
	if (pid < 0 || waitpid(pid, status, 0) != pid)
		die("cannot start %s: %s", argv[0], strerror(errno));
	return text;
}

static int log__open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		die("cannot write %s: %s", path, strerror(errno));
	return fd;
}

/* The slave side becomes standard input and output of the child. */
static void terminal__enter(const char *name)
{
	int fd = open(name, O_RDWR);

	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0))
		_exit(126);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	setenv("TERM", "xterm", 1);
}

static void process__exec(const struct command *cmd, const char *terminal,
			  int out, int err, pid_t parent)
{
	sigset_t none;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (terminal) {
		terminal__enter(terminal);
	} else {
		dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
	}
	if (cmd->dir && chdir(cmd->dir))
		_exit(126);
	if (cmd->preload)
		setenv("LD_PRELOAD", cmd->preload, 1);
	execvp(cmd->argv[0], (char **)cmd->argv);
	fprintf(stderr, "%s: %s\n", cmd->argv[0], strerror(errno));
	_exit(127);
}

static char *terminal__open(struct process *proc)
{
	static const struct winsize size = { .ws_row = 25, .ws_col = 80 };
	char name[64];
	int slave;

	if (openpty(&proc->terminal, &slave, name, NULL, &size))
		die("cannot get a terminal: %s", strerror(errno));
	close(slave);
	fcntl(proc->terminal, F_SETFD, FD_CLOEXEC);
	fcntl(proc->terminal, F_SETFL, O_NONBLOCK);
	return str__format("%s", name);
}

/* @out and @err name the files for what the program prints. */
void process__start(struct process *proc, const struct command *cmd,
		    const char *out, const char *err)
{
	char *terminal = NULL;
	pid_t parent = getpid();
	int out_fd = log__open(out);

	*proc = (struct process){ .terminal = -1, .log = log__open(err) };
	if (cmd->terminal)
		terminal = terminal__open(proc);
	fflush(NULL);
	proc->pid = fork();
	if (proc->pid < 0)
		die("cannot start %s: %s", cmd->argv[0], strerror(errno));
	if (!proc->pid)
		process__exec(cmd, terminal, out_fd, proc->log, parent);
	close(out_fd);
	free(terminal);
}

/* What it paints on its terminal goes to its log. */
static void terminal__drain(struct process *proc)
{
	char bytes[4096];
	ssize_t len;

	while ((len = read(proc->terminal, bytes, sizeof(bytes))) > 0)
		if (write(proc->log, bytes, len) < 0)
			break;
}

/* Wait a little, or until it has something to say. True once it is gone. */
bool process__poll(struct process *proc, int timeout_ms)
{
	struct pollfd fd = { .fd = proc->terminal, .events = POLLIN };

	if (!proc->gone) {
		/* Without its slave side a terminal is always ready. */
		if (poll(&fd, 1, timeout_ms) > 0 && !(fd.revents & POLLIN))
			usleep(timeout_ms * 1000);
		if (proc->terminal >= 0)
			terminal__drain(proc);
		proc->gone = waitpid(proc->pid, &proc->status, WNOHANG) != 0;
	}
	return proc->gone;
}

/* Seconds of CPU time that it has taken. */
double process__cpu(const struct process *proc)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(proc->pid, &clock) || clock_gettime(clock, &ts))
		return 0;
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* End it and every process of its group, and leave none behind. */
void process__end(struct process *proc)
{
	int waited = 0;

	if (!proc->gone)
		kill(-proc->pid, SIGTERM);
	while (!process__poll(proc, 50) && waited < TERM_GRACE_MS)
		waited += 50;
	kill(-proc->pid, SIGKILL);
	if (!proc->gone)
		waitpid(proc->pid, &proc->status, 0);
	proc->gone = true;
	if (proc->terminal >= 0)
		close(proc->terminal);
	close(proc->log);
}
