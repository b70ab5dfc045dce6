// SPDX-License-Identifier: GPL-2.0
/*
 * The first process of both machines. The boot option pvsched.role says
 * which: a host loads the modules it was given and runs pvrun with its
 * results on the printer's port or the second serial port; a guest serves the
 * commands that arrive on its second serial port. Either way the machine is
 * switched off at the end, and what was written to its ports has left them by
 * then.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <linux/module.h>

#include "agent.h"
#include "serial.h"

#define PVRUN		"/bin/pvrun"
#define PVRUN_ARGS	"/etc/pvrun.args"
#define MODULES		"/modules"
#define PRINTER		"/dev/lp0"
#define CHANNEL		"/dev/ttyS1"

static const struct {
	const char *type;
	const char *path;
	bool needed;
} mounts[] = {
	{ "devtmpfs", "/dev",			true },
	{ "proc",     "/proc",			true },
	{ "sysfs",    "/sys",			true },
	{ "debugfs",  "/sys/kernel/debug",	false },
	{ "tracefs",  "/sys/kernel/tracing",	false },
	{ "cgroup2",  "/sys/fs/cgroup",		false },
	{ "tmpfs",    "/tmp",			true },
	{ "tmpfs",    "/run",			true },
	{ "tmpfs",    "/dev/shm",		true },
	{ "devpts",   "/dev/pts",		false },
};

static void mounts__set_up(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		mkdir(mounts[i].path, 0755);
		if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0,
			  NULL) && mounts[i].needed)
			fprintf(stderr, "init: mount %s: %s\n", mounts[i].path,
				strerror(errno));
	}
}

static char *file__read(const char *path)
{
	char *text = calloc(1, 65536);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = -1;

	if (fd >= 0 && text)
		len = read(fd, text, 65535);
	if (fd >= 0)
		close(fd);
	if (len < 0) {
		free(text);
		return NULL;
	}
	return text;
}

static bool role__is(const char *role)
{
	char *line = file__read("/proc/cmdline");
	char *rest = line;
	bool is = false;
	char *word;

	while (rest && (word = strsep(&rest, " \n")))
		if (!strncmp(word, "pvsched.role=", 13))
			is = !strcmp(word + 13, role);
	free(line);
	return is;
}

/* "03-kvm-amd.ko.xz" is kvm_amd: the number says when it is loaded. */
static char *module__name(const char *file)
{
	char *name, *c;

	file += strspn(file, "0123456789-");
	name = strndup(file, strcspn(file, "."));
	for (c = name; c && *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/* What the kernel's command line says of a module, as modprobe would read it. */
static void module__params(const char *file, char *params, size_t size)
{
	char line[4096], *rest = line, *word, *name = module__name(file);
	size_t len = name ? strlen(name) : 0;
	FILE *f = fopen("/proc/cmdline", "re");

	*params = '\0';
	if (f && fgets(line, sizeof(line), f)) {
		while ((word = strsep(&rest, " \n")))
			if (len && !strncmp(word, name, len) && word[len] == '.')
				snprintf(params + strlen(params), size - strlen(params),
					 "%s ", word + len + 1);
	}
	if (f)
		fclose(f);
	free(name);
}

static void module__load(const char *name)
{
	const char *ext = strrchr(name, '.');
	char params[1024], *path;
	int flags = 0;
	int fd;

	module__params(name, params, sizeof(params));

	if (ext && strcmp(ext, ".ko"))
		flags = MODULE_INIT_COMPRESSED_FILE;
	if (asprintf(&path, MODULES "/%s", name) < 0)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, params, flags))
		printf("# module %s not loaded: %s\n", name, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
}

static int name__is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void modules__load(void)
{
	struct dirent **names;
	int nr = scandir(MODULES, &names, name__is_visible, alphasort);

	for (int i = 0; i < nr; i++) {
		module__load(names[i]->d_name);
		free(names[i]);
	}
	if (nr >= 0)
		free(names);
}

/* One argument a line: none of them needs quoting. */
static char **args__read(void)
{
	char *text = file__read(PVRUN_ARGS);
	char **argv = calloc(258, sizeof(*argv));
	char *arg;
	int argc = 0;

	if (!argv)
		return NULL;
	argv[argc++] = PVRUN;
	while (text && argc < 257 && (arg = strsep(&text, "\n")))
		if (text)
			argv[argc++] = arg;
	return argv;
}

static void pvrun__exec(void)
{
	static char *env[] = {
		"PATH=/bin:/sbin:/usr/bin:/usr/sbin", "HOME=/", "TERM=dumb",
		NULL,
	};
	char **argv = args__read();
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	setsid();
	if (argv)
		execve(PVRUN, argv, env);
	printf("# init: %s: %s\n", PVRUN, strerror(errno));
	fflush(stdout);
	_exit(127);
}

/* Adopted orphans end here too; only the end of @pid counts. */
static int child__wait(pid_t pid)
{
	int status;
	pid_t done;

	do {
		done = wait(&status);
	} while (done != pid && (done > 0 || errno == EINTR));
	return status;
}

/* A machine with a printer's port has it for this. */
static int channel__open(void)
{
	int fd = open(PRINTER, O_WRONLY | O_CLOEXEC);

	return fd >= 0 ? fd : serial__open(CHANNEL);
}

static void host__main(void)
{
	int channel = channel__open();
	struct utsname name;
	int status;
	pid_t pid;

	if (channel < 0) {
		fprintf(stderr, "init: %s: %s\n", CHANNEL, strerror(errno));
		return;
	}
	dup2(channel, STDOUT_FILENO);
	uname(&name);
	printf("# host up: Linux %s, %ld CPUs\n", name.release,
	       sysconf(_SC_NPROCESSORS_CONF));
	modules__load();
	fflush(stdout);
	pid = fork();
	if (!pid)
		pvrun__exec();
	status = child__wait(pid);
	if (WIFSIGNALED(status))
		printf("# pvrun was ended by signal %d (%s)\n",
		       WTERMSIG(status), strsignal(WTERMSIG(status)));
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
}

int main(void)
{
	mounts__set_up();
	if (role__is("guest"))
		agent__main();
	else if (role__is("host"))
		host__main();
	else
		fprintf(stderr, "init: boot with pvsched.role=host or guest\n");
	fflush(stderr);
	tcdrain(STDERR_FILENO);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
