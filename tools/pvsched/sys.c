// SPDX-License-Identifier: GPL-2.0
/*
 * Files that kernels offer, and CPUID. All of it may be missing, closed to this
 * user, or gone from one moment to the next: callers get an error and say so.
 */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

/* More than any kernel has */
#define MAX_CPUS	65536

/* NULL on this machine */
static const char *root;

void sys__set_root(const char *dir)
{
	root = dir;
}

/* False: too long. */
static bool path__make(char *path, const char *fmt, va_list ap)
{
	int len = snprintf(path, PATH_MAX, "%s", root ? root : "");
	int more;

	if (len >= PATH_MAX)
		return false;
	more = vsnprintf(path + len, PATH_MAX - len, fmt, ap);
	return more >= 0 && more < PATH_MAX - len;
}

#define PATH_OF(path, fmt)					\
	({							\
		va_list ap_;					\
		bool fits_;					\
								\
		va_start(ap_, fmt);				\
		fits_ = path__make(path, fmt, ap_);		\
		va_end(ap_);					\
		fits_;						\
	})

/* Small files of the kernel come in one piece; others may not. */
static ssize_t fd__read(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t got = 1;

	while (got && len < size) {
		got = read(fd, text + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		len += got;
	}
	return len;
}

static int file__read(char *text, size_t size, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = fd__read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return len;
	text[len] = '\0';
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return 0;
}

int sys__read(char *text, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX];

	return PATH_OF(path, fmt) ? file__read(text, size, path) : -ENAMETOOLONG;
}

int sys__read_u64(uint64_t *value, const char *fmt, ...)
{
	char path[PATH_MAX], text[32], *end;
	int err = PATH_OF(path, fmt) ? file__read(text, sizeof(text), path) : -ENAMETOOLONG;

	if (err)
		return err;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return errno || end == text || text[0] == '-' ? -EINVAL : 0;
}

int sys__write(const char *text, const char *fmt, ...)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (!PATH_OF(path, fmt))
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

bool sys__exists(const char *fmt, ...)
{
	char path[PATH_MAX];

	return PATH_OF(path, fmt) && !access(path, F_OK);
}

int sys__link(char *text, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX];
	ssize_t len;

	if (!PATH_OF(path, fmt))
		return -ENAMETOOLONG;
	len = readlink(path, text, size - 1);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	return 0;
}

int sys__share(pid_t pid, int fd)
{
	char path[PATH_MAX];
	int file, process;

	if (root) {
		snprintf(path, sizeof(path), "%s/proc/%d/share/%d", root, pid, fd);
		file = open(path, O_RDONLY | O_CLOEXEC);
		return file < 0 ? -errno : file;
	}
	process = syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return -errno;
	file = syscall(SYS_pidfd_getfd, process, fd, 0);
	if (file < 0)
		file = -errno;
	close(process);
	return file;
}

DIR *sys__opendir(const char *fmt, ...)
{
	char path[PATH_MAX];

	if (PATH_OF(path, fmt))
		return opendir(path);
	errno = ENAMETOOLONG;
	return NULL;
}

int sys__read_switch(const char *path)
{
	char text[16];
	int err = sys__read(text, sizeof(text), "%s", path);

	if (err)
		return err;
	if (!strcmp(text, "Y") || !strcmp(text, "1"))
		return 1;
	return strcmp(text, "N") && strcmp(text, "0") ? -EINVAL : 0;
}

int sys__count_cpus(const char *path)
{
	char text[4096], *at = text;
	unsigned long count = 0;

	if (sys__read(text, sizeof(text), "%s", path))
		return 0;
	while (*at) {
		char *end;
		unsigned long first = strtoul(at, &end, 10), last = first;

		if (end > at && *end == '-') {
			at = end + 1;
			last = strtoul(at, &end, 10);
		}
		if (end == at || last < first || last >= MAX_CPUS || (*end && *end != ','))
			return 0;
		count += last - first + 1;
		at = end + (*end == ',');
	}
	return count > MAX_CPUS ? 0 : count;
}

bool sys__has_cpu_flag(const char *flag)
{
	char text[8192], *flags, *word;

	if (sys__read(text, sizeof(text), "/proc/cpuinfo"))
		return false;
	flags = strstr(text, "\nflags");
	if (!flags)
		return false;
	flags[1 + strcspn(flags + 1, "\n")] = '\0';
	while ((word = strsep(&flags, " \t\n")))
		if (!strcmp(word, flag))
			return true;
	return false;
}

static struct cpuid cpuid__made_up(uint32_t leaf)
{
	char text[4096], *rest = text, *line;
	struct cpuid regs = { 0 };
	uint32_t found;

	if (sys__read(text, sizeof(text), "/cpuid"))
		return regs;
	while ((line = strsep(&rest, "\n"))) {
		struct cpuid r;

		if (sscanf(line, "%x %x %x %x %x", &found, &r.eax, &r.ebx, &r.ecx, &r.edx) == 5 &&
		    found == leaf)
			regs = r;
	}
	return regs;
}

struct cpuid sys__cpuid(uint32_t leaf)
{
	struct cpuid regs;

	if (root)
		return cpuid__made_up(leaf);
	__cpuid_count(leaf, 0, regs.eax, regs.ebx, regs.ecx, regs.edx);
	return regs;
}

uint64_t sys__now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}
