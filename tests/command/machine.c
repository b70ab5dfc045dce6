// SPDX-License-Identifier: GPL-2.0
/*
 * A made-up machine, the command run on it, and what it said. Time is made up as
 * well: it passes when the command sleeps, and nothing waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#define NOBODY	65534

void (*on_sleep)(int round);
void (*on_open)(const char *path, int flags);
int write_result;

static char top[128];
static struct timespec now = { .tv_sec = 1000 };
static int rounds;

/* The command's main(), and what stands for libc's functions in it */
int command_main(int argc, char **argv);
int command_nanosleep(const struct timespec *ts, struct timespec *rest);
int command_clock_gettime(clockid_t clock, struct timespec *ts);
int command_open(const char *path, int flags, ...);
ssize_t command_write(int fd, const void *data, size_t len);

int command_nanosleep(const struct timespec *ts, struct timespec *rest)
{
	(void)rest;
	now.tv_sec += ts->tv_sec;
	now.tv_nsec += ts->tv_nsec;
	if (now.tv_nsec >= 1000000000) {
		now.tv_nsec -= 1000000000;
		now.tv_sec++;
	}
	if (on_sleep)
		on_sleep(++rounds);
	return 0;
}

int command_clock_gettime(clockid_t clock, struct timespec *ts)
{
	(void)clock;
	*ts = now;
	return 0;
}

int command_open(const char *path, int flags, ...)
{
	if (on_open)
		on_open(path, flags);
	return open(path, flags);
}

ssize_t command_write(int fd, const void *data, size_t len)
{
	if (!write_result)
		return write(fd, data, len);
	if (write_result > 0)
		return len;
	errno = -write_result;
	return -1;
}

static void die(const char *what)
{
	fprintf(stderr, "machine: %s: %s\n", what, strerror(errno));
	abort();
}

void machine__make(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(top, sizeof(top), "%s/machine.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(top) || chmod(top, 0755))
		die(top);
}

static int entry__remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void machine__remove(void)
{
	nftw(top, entry__remove, 16, FTW_DEPTH | FTW_PHYS);
}

#define MACHINE_PATH(path, fmt)						\
	do {								\
		va_list ap_;						\
		int len_ = snprintf(path, PATH_MAX, "%s", top);		\
									\
		va_start(ap_, fmt);					\
		vsnprintf(path + len_, PATH_MAX - len_, fmt, ap_);	\
		va_end(ap_);						\
	} while (0)

static void folders__make(char *path)
{
	char *at = path + strlen(top);

	while ((at = strchr(at + 1, '/'))) {
		*at = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			die(path);
		*at = '/';
	}
}

static void file__write(char *path, const char *bytes, size_t len)
{
	FILE *f;

	folders__make(path);
	f = fopen(path, "w");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
		die(path);
}

void machine__write(const char *text, const char *fmt, ...)
{
	char path[PATH_MAX];

	MACHINE_PATH(path, fmt);
	file__write(path, text, strlen(text));
}

void machine__write_bytes(const char *bytes, size_t len, const char *fmt, ...)
{
	char path[PATH_MAX];

	MACHINE_PATH(path, fmt);
	file__write(path, bytes, len);
}

void machine__link(const char *to, const char *fmt, ...)
{
	char path[PATH_MAX];

	MACHINE_PATH(path, fmt);
	folders__make(path);
	unlink(path);
	if (symlink(to, path))
		die(path);
}

void machine__delete(const char *fmt, ...)
{
	char path[PATH_MAX];

	MACHINE_PATH(path, fmt);
	nftw(path, entry__remove, 16, FTW_DEPTH | FTW_PHYS);
}

void machine__chmod(mode_t mode, const char *fmt, ...)
{
	char path[PATH_MAX];

	MACHINE_PATH(path, fmt);
	if (chmod(path, mode))
		die(path);
}

static void file__read(char *text, size_t size, const char *path)
{
	FILE *f = fopen(path, "r");

	text[f ? fread(text, 1, size - 1, f) : 0] = '\0';
	if (f)
		fclose(f);
}

bool machine__holds(const char *text, const char *path)
{
	char full[PATH_MAX], found[4096];

	snprintf(full, sizeof(full), "%s%s", top, path);
	file__read(found, sizeof(found), full);
	found[strcspn(found, "\n")] = '\0';
	return !strcmp(found, text);
}

void machine__add_stock_host(void)
{
	machine__write("", "/dev/kvm");
	machine__write("6.12.0-test\n", "/proc/sys/kernel/osrelease");
	machine__write("0-3\n", "/sys/devices/system/cpu/online");
	machine__write("0-3\n", "/sys/devices/system/cpu/possible");
	machine__write("processor\t: 0\nflags\t\t: fpu vmx svme\nbugs\t\t:\n", "/proc/cpuinfo");
	machine__write("N\n", "/sys/module/kvm/parameters/ignore_msrs");
	machine__write("N\n", "/sys/module/kvm_intel/parameters/enable_apicv");
}

void machine__add_host(void)
{
	static const char *const parts[] = {
		"yield", "off_cpu", "capacity", "boost", "slice", "fast_ipi", "fast_timer", "fast_yield",
	};
	size_t i;

	machine__add_stock_host();
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		machine__write("Y\n", "/sys/module/kvm/parameters/pvsched_%s", parts[i]);
}

void machine__add_cpuid(uint32_t leaf, uint32_t features, uint32_t hints)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "1 0 0 80000000 0\n"
		 "%x %x 4b4d564b 564b4d56 4d\n"
		 "%x %x 0 0 %x\n", leaf, leaf + 1, leaf + 1, features, hints);
	machine__write(text, "/cpuid");
}

/* Features 5 and 7 are steal time and the kick, 28 to 30 pvsched's. */
void machine__add_guest(void)
{
	machine__add_cpuid(0x40000000, 1u << 5 | 1u << 7 | 1u << 28 | 1u << 29 | 1u << 30, 0);
	machine__write("6.12.0-test\n", "/proc/sys/kernel/osrelease");
	machine__write("0-7\n", "/sys/devices/system/cpu/possible");
	machine__write("processor\t: 0\nflags\t\t: fpu hypervisor\n", "/proc/cpuinfo");
	machine__write("console=ttyS0 panic=-1\n", "/proc/cmdline");
	machine__write("cpu  100 50 50 9000 500 40 10 750 0 0\n", "/proc/stat");
	machine__write("Y\n", "/sys/module/pvsched/parameters/ipi");
	machine__write("Y\n", "/sys/module/pvsched/parameters/lock");
	machine__write("Y\n", "/sys/module/pvsched/parameters/fold");
	machine__write("host\n", "/sys/module/pvsched/parameters/policy");
	machine__write("0-7\n", "/sys/devices/system/cpu/online");
	machine__write("0-7\n", "/sys/devices/system/cpu/preferred");
}

#define DEBUGFS	"/sys/kernel/debug/kvm/%d-%d"

/*
 * Of a thread, or of the process where @tid is 0. Fields 2, 22 and 43 count: the
 * name, the start, the time that guest code ran.
 */
void machine__add_stat(const char *comm, int pid, int tid, int guest_time)
{
	char text[512], *end = text + snprintf(text, sizeof(text), "%d (%s) S", tid, comm);
	int i;

	for (i = 4; i <= 52; i++)
		end += sprintf(end, " %d", i == 22 ? pid * 10 : i == 43 ? guest_time : 1);
	strcpy(end, "\n");
	if (tid)
		machine__write(text, "/proc/%d/task/%d/stat", pid, tid);
	else
		machine__write(text, "/proc/%d/stat", pid);
}

void machine__set_time(int pid, int vcpus, int run_ms, int wait_ms)
{
	char text[64];
	int i;

	snprintf(text, sizeof(text), "%d000000 %d000000 17\n", run_ms, wait_ms);
	for (i = 0; i < vcpus; i++) {
		int tid = pid + 1 + i;

		machine__write(text, "/proc/%d/task/%d/schedstat", pid, tid);
		machine__write(text, "/proc/%d/task/%d/schedstat", tid, tid);
	}
}

void machine__set_counter(int pid, int fd, const char *name, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d\n", value);
	machine__write(text, DEBUGFS "/%s", pid, fd, name);
}

/* The first thread is QEMU's own. The process has run guest code if a thread has. */
void machine__add_process(int pid, const char *name, int vcpus)
{
	char cmdline[128];
	int i, len;

	len = snprintf(cmdline, sizeof(cmdline), "qemu%c-name%cguest=%s,debug-threads=on%c-S", 0, 0,
		       name, 0);
	machine__write_bytes(cmdline, len + 1, "/proc/%d/cmdline", pid);
	machine__write("qemu\n", "/proc/%d/comm", pid);
	machine__add_stat("qemu) S 1 (x", pid, 0, 100 * vcpus);
	machine__add_stat("qemu) S 1 (x", pid, pid, 0);
	machine__write("9000000 9000000 9\n", "/proc/%d/task/%d/schedstat", pid, pid);
	for (i = 0; i < vcpus; i++) {
		machine__add_stat("CPU 0/KVM", pid, pid + 1 + i, 100);
		machine__link("anon_inode:kvm-vcpu:0", "/proc/%d/fd/%d", pid, 20 + i);
	}
	/* One that ran no guest code */
	machine__add_stat("worker", pid, pid + 90, 0);
	machine__write("7000000 7000000 9\n", "/proc/%d/task/%d/schedstat", pid, pid + 90);
	machine__set_time(pid, vcpus, 1000, 1000);
	machine__link("anon_inode:kvm-vm", "/proc/%d/fd/11", pid);
	machine__link("/dev/null", "/proc/%d/fd/0", pid);
}

void machine__add_vm(int pid, int fd, const char *name, int vcpus)
{
	char text[16];
	int i;

	machine__add_process(pid, name, vcpus);
	for (i = 0; i < vcpus; i++) {
		snprintf(text, sizeof(text), "%d\n", pid + 1 + i);
		machine__write(text, DEBUGFS "/vcpu%d/pid", pid, fd, i);
	}
	machine__set_counter(pid, fd, "exits", 12345);
	machine__set_counter(pid, fd, "directed_yield_attempted", 0);
	machine__set_counter(pid, fd, "directed_yield_successful", 0);
}

static void child__run(const char *words, const char *out, uid_t uid)
{
	char root[160], copy[512], *rest = copy, *argv[32] = { "pvsched" };
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", words);
	while (*words && argc < 30 && (argv[argc] = strsep(&rest, " ")))
		argc++;
	snprintf(root, sizeof(root), "--root=%s", top);
	argv[argc++] = root;
	argv[argc] = NULL;
	if (!freopen(out, "w", stdout))
		die(out);
	if (uid && (setgid(uid) || setuid(uid)))
		die("setuid");
	exit(command_main(argc, argv));
}

static void run__in_child(struct run *run, const char *words, const char *out, uid_t uid)
{
	char err[160], kept[160];
	int status;
	pid_t pid;

	snprintf(err, sizeof(err), "%s.err", top);
	snprintf(kept, sizeof(kept), "%s.out", top);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (!freopen(err, "w", stderr))
			die(err);
		child__run(words, out ? out : kept, uid);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	file__read(run->out, sizeof(run->out), kept);
	file__read(run->err, sizeof(run->err), err);
	unlink(err);
	unlink(kept);
	/* What a sanitizer says */
	if (run->status > 4)
		fprintf(stderr, "%s\n", run->err);
}

void run__command(struct run *run, const char *words)
{
	run__in_child(run, words, NULL, 0);
}

void run__as_user(struct run *run, const char *words)
{
	run__in_child(run, words, NULL, geteuid() ? 0 : NOBODY);
}

void run__full(struct run *run, const char *words)
{
	run__in_child(run, words, "/dev/full", 0);
}

bool run__has_line(const struct run *run, const char *line)
{
	const char *at = run->out;

	while (*at) {
		at += strspn(at, " ");
		if (!strncmp(at, line, strlen(line)))
			return true;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return false;
}

int run__lines(const struct run *run)
{
	const char *at;
	int lines = 0;

	for (at = run->out; *at; at++)
		lines += *at == '\n';
	return lines;
}

const char *run__query(const struct run *run, const char *filter)
{
	static char answer[4096];
	char command[1024], path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s.json", top);
	file__write(path, run->out, strlen(run->out));
	snprintf(command, sizeof(command), "jq -rcs '%s' %s 2>&1", filter, path);
	f = popen(command, "r");
	answer[f ? fread(answer, 1, sizeof(answer) - 1, f) : 0] = '\0';
	if (!f || pclose(f))
		snprintf(answer, sizeof(answer), "?");
	unlink(path);
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}
