// SPDX-License-Identifier: GPL-2.0
/*
 * Benchmarks of single exits: programs of tests/selftests that run in the host
 * itself and bring their own VM, once for each window and profile.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

#define DEFAULT_WINDOWS	3

#define STATUS_LATE	-1

static const struct exits {
	const char *name;
	const char *command;
	int vcpus;
	const char *unit;
} benches[] = {
	{ "exits", "/bin/pvsched_exits", 65, "instructions" },
	{ "ping", "/bin/pvsched_ping", 2, "ns" },
};

struct program {
	pid_t pid;
	int fd;
	FILE *text;
	char *output;
	size_t size;
};

static int program__start(struct program *p, const char *command)
{
	int fds[2];

	p->text = open_memstream(&p->output, &p->size);
	if (!p->text || pipe2(fds, O_CLOEXEC))
		return out__error("cannot start %s: %m", command);
	p->fd = fds[0];
	p->pid = fork();
	if (!p->pid) {
		setpgid(0, 0);
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(fds[1]);
	return p->pid < 0 ? out__error("cannot start %s: %m", command) : 0;
}

/* Read until all who hold the pipe are gone, or @end has come. */
static bool program__read(struct program *p, double end)
{
	struct pollfd pfd = { .fd = p->fd, .events = POLLIN };
	char buf[4096];
	ssize_t len;

	while (now() < end) {
		if (poll(&pfd, 1, 1000) <= 0)
			continue;
		len = read(p->fd, buf, sizeof(buf));
		if (len <= 0)
			return true;
		fwrite(buf, 1, len, p->text);
	}
	return false;
}

/* Its exit status, 128 and more for a signal, or STATUS_LATE. */
static int program__run(struct program *p, const char *command, double seconds)
{
	int status = 0;
	bool ended;

	if (program__start(p, command))
		return EXIT_FAIL;
	ended = program__read(p, now() + seconds);
	kill(-p->pid, SIGKILL);
	waitpid(p->pid, &status, 0);
	close(p->fd);
	fclose(p->text);
	if (!ended)
		return STATUS_LATE;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void exits__emit(const struct exits *bench, const struct profile *profile,
			int window, const char *metric, unsigned long value)
{
	struct utsname uts;

	uname(&uts);
	out__line("{\"bench\":\"%s\",\"scenario\":\"%dvcpu\",\"lab\":\"%s\",\"vendor\":\"%s\",\"profile\":\"%s\",\"pcpus\":%d,\"vms\":1,\"vcpus\":%d,\"vm\":\"all\",\"metric\":\"%s\",\"value\":%lu,\"unit\":\"%s\",\"window\":%d,\"kernel\":\"%s\"}",
		  bench->name, bench->vcpus, opt.lab, opt.vendor, profile->name, opt.pcpus,
		  bench->vcpus, metric, value, bench->unit, window, uts.release);
}

/* Lines of "METRIC VALUE"; anything else is passed on. */
static int exits__parse(const struct exits *bench, const struct profile *profile,
			int window, char *text)
{
	unsigned long value;
	char *line, name[64];
	int found = 0;

	while ((line = strsep(&text, "\n"))) {
		if (sscanf(line, "%63[a-z0-9_] %lu", name, &value) == 2) {
			if (window)
				exits__emit(bench, profile, window, name, value);
			found++;
		} else if (*line) {
			out__note("%s", line);
		}
	}
	return found ? 0 : out__error("%s printed no figure", bench->command);
}

static int exits__window(const struct exits *bench, const struct profile *profile, int window)
{
	struct vm_set none = { .count = 0 };
	struct program p;
	int status, ret;

	if (parts__switch(&none, profile))
		return -1;
	status = program__run(&p, bench->command, opt.timeout);
	ret = exits__parse(bench, profile, window, p.output);
	free(p.output);
	if (status)
		return out__error("%s: exit status %d", bench->command, status);
	out__note("%s window %d, %s%s", bench->name, window, profile->name,
		  window ? "" : " (warming up, not counted)");
	return ret;
}

static int exits__run(const struct exits *bench, const struct profile *profiles, int count)
{
	int i, w, windows = opt.windows ?: DEFAULT_WINDOWS;

	if (exits__window(bench, &profiles[0], 0))
		return EXIT_FAIL;
	for (w = 1; w <= windows; w++)
		for (i = 0; i < count; i++)
			if (exits__window(bench, &profiles[(w + i) % count], w))
				return EXIT_FAIL;
	return log__check(NULL) ? EXIT_FAIL : EXIT_PASS;
}

static const struct exits *exits__find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		if (!strcmp(benches[i].name, name))
			return &benches[i];
	return NULL;
}

bool exits__has(const char *name)
{
	return exits__find(name);
}

/* bench exits, bench ping: each window starts with another profile. */
int exits__main(const char *name)
{
	struct profile profiles[MAX_PROFILES];
	int count = profiles__parse(opt.profiles, profiles);
	const struct exits *bench = exits__find(name);

	if (count < 0 || !bench)
		return EXIT_FAIL;
	if (opt.dry_run) {
		out__line("# %s", bench->command);
		return EXIT_PASS;
	}
	return exits__run(bench, profiles, count);
}
