// SPDX-License-Identifier: GPL-2.0
/*
 * The VMs that run here, whatever VMM they have.
 *
 * KVM has a folder PID-FD in debugfs for each VM, which root may read: its
 * counters are KVM's binary statistics, and the folder of a vCPU names the thread.
 * A locked down kernel shows the threads alone; binary.c has a way around.
 * Without debugfs a VM is a process that holds one open, and without the right to
 * see that a process that has run guest code, as its threads are vCPUs that have:
 * every user may read that time, and how long each thread waited for a CPU.
 *
 * A VM may end while it is read. One of which the end is seen is left out.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binary.h"
#include "sys.h"
#include "vm.h"

#define KVM_DEBUGFS	"/sys/kernel/debug/kvm"
/* Open files of a VMM; those of vCPUs end in a number */
#define VM_LINK		"anon_inode:kvm-vm"
#define VCPU_LINK	"anon_inode:kvm-vcpu:"
#define VCPU_STATS_LINK	"anon_inode:kvm-vcpu-stats:"

/* Fields of /proc/PID/stat, as proc(5) numbers them */
#define STAT_STARTED	22
#define STAT_GUEST_TIME	43

/* A name that ends in "_" stands for all that begin so. */
static const struct {
	const char *name;
	enum vm_counter counter;
} counters[] = {
	{ "pvsched_yield_asked",	YIELDS_ASKED },
	{ "pvsched_yield_directed",	YIELDS_GRANTED },
	{ "pvsched_yield_refused_",	YIELDS_REFUSED },
	{ "pvsched_yield_stuck_",	YIELDS_STUCK },
	{ "pvsched_yield_ignored_",	YIELDS_IGNORED },
	{ "pvsched_yield_bounced_",	YIELDS_BOUNCED },
	{ "pvsched_capacity",		CAPACITY },
	{ "directed_yield_attempted",	BASE_ASKED },
	{ "directed_yield_successful",	BASE_GRANTED },
};

/*
 * Of a thread, or of a process where @tid is 0. The second field, a name in
 * parentheses, may hold anything.
 */
static int stat__field(uint64_t *value, pid_t pid, pid_t tid, int field)
{
	char text[1024], thread[32] = "", *at;
	int err;

	if (tid)
		snprintf(thread, sizeof(thread), "/task/%d", tid);
	err = sys__read(text, sizeof(text), "/proc/%d%s/stat", pid, thread);
	if (err)
		return err;
	at = strrchr(text, ')');
	for (field -= 2; at && field; field--)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, " %" SCNu64, value) == 1 ? 0 : -EINVAL;
}

/* As -name [guest=]NAME[,...] says. @text is /proc/PID/cmdline, and ends with two zeros. */
static void vm__take_name(struct vm *vm, const char *text)
{
	size_t len;

	while (*text && strcmp(text, "-name"))
		text += strlen(text) + 1;
	if (!*text)
		return;
	text += strlen(text) + 1;
	text += strncmp(text, "guest=", 6) ? 0 : 6;
	len = strcspn(text, ",");
	if (len)
		snprintf(vm->name, sizeof(vm->name), "%.*s", (int)len, text);
}

/* Without a name, that of the program. A terminal gets no more than plain text. */
static void vm__read_name(struct vm *vm)
{
	char text[4096] = "";
	size_t i;

	if (sys__read(vm->name, sizeof(vm->name), "/proc/%d/comm", vm->pid) || !*vm->name)
		snprintf(vm->name, sizeof(vm->name), "?");
	if (!sys__read(text, sizeof(text) - 1, "/proc/%d/cmdline", vm->pid))
		vm__take_name(vm, text);
	for (i = 0; vm->name[i]; i++)
		if (!isascii(vm->name[i]) || !isprint(vm->name[i]))
			vm->name[i] = '?';
}

static struct vm *vms__add(struct vms *vms, pid_t pid, int fd)
{
	struct vm *vm = realloc(vms->vm, (vms->count + 1) * sizeof(*vm));

	if (!vm) {
		complain(0, "no memory");
		exit(EXIT_PARTLY);
	}
	vms->vm = vm;
	vm += vms->count++;
	*vm = (struct vm){ .pid = pid, .fd = fd };
	if (stat__field(&vm->started, pid, 0, STAT_STARTED))
		vm->started = 0;
	vm__read_name(vm);
	return vm;
}

/* A task that is gone adds nothing. */
static void vm__add_time(struct vm *vm, pid_t pid, pid_t tid)
{
	uint64_t run, wait;
	char text[64];

	if (sys__read(text, sizeof(text), "/proc/%d/task/%d/schedstat", pid, tid) ||
	    sscanf(text, "%" SCNu64 " %" SCNu64, &run, &wait) != 2)
		return;
	vm->timed = true;
	vm->run_ns += run;
	vm->wait_ns += wait;
}

/* Threads that have run guest code. Return: how many. */
static int vm__add_threads(struct vm *vm)
{
	DIR *tasks = sys__opendir("/proc/%d/task", vm->pid);
	struct dirent *d;
	uint64_t time;
	int count = 0;

	while (tasks && (d = readdir(tasks))) {
		pid_t tid = atoi(d->d_name);

		if (tid <= 0 || stat__field(&time, vm->pid, tid, STAT_GUEST_TIME) || !time)
			continue;
		vm__add_time(vm, vm->pid, tid);
		count++;
	}
	if (tasks)
		closedir(tasks);
	return count;
}

/* Return: VM_COUNTERS for one that is not wanted. */
static enum vm_counter counter__find(const char *name)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		len = strlen(counters[i].name);
		if (!strncmp(name, counters[i].name, len) &&
		    (!name[len] || counters[i].name[len - 1] == '_'))
			return counters[i].counter;
	}
	return VM_COUNTERS;
}

static void vm__add_counter(void *arg, const char *name, uint64_t value)
{
	enum vm_counter counter = counter__find(name);
	struct vm *vm = arg;

	if (counter == VM_COUNTERS)
		return;
	vm->counted = true;
	vm->pvsched |= counter == YIELDS_ASKED;
	vm->counter[counter] += value;
}

static void vm__read_counter(struct vm *vm, const char *name)
{
	uint64_t value;

	if (counter__find(name) != VM_COUNTERS &&
	    !sys__read_u64(&value, KVM_DEBUGFS "/%d-%d/%s", vm->pid, vm->fd, name))
		vm__add_counter(vm, name, value);
}

/* Return: whether the kernel, since 5.19, says which thread this vCPU is. */
static bool vm__add_vcpu(struct vm *vm, const char *folder)
{
	uint64_t tid;
	int err = sys__read_u64(&tid, KVM_DEBUGFS "/%d-%d/%s/pid", vm->pid, vm->fd, folder);

	vm->vcpus++;
	/* Zero until it runs for the first time. The thread need not be one of vm->pid's. */
	if (!err && tid)
		vm__add_time(vm, tid, tid);
	return err != -ENOENT;
}

static void vm__read_debugfs(struct vm *vm)
{
	DIR *dir = sys__opendir(KVM_DEBUGFS "/%d-%d", vm->pid, vm->fd);
	bool threads_known = true;
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		if (!strncmp(d->d_name, "vcpu", 4) && isdigit((unsigned char)d->d_name[4]))
			threads_known &= vm__add_vcpu(vm, d->d_name);
		else
			vm__read_counter(vm, d->d_name);
	}
	if (dir)
		closedir(dir);
	if (!threads_known)
		vm__add_threads(vm);
}

/* What a process has open of KVM */
struct opened {
	int vms, vcpus;
	int fd;			/* of the last VM */
};

/*
 * With @vm, add up the statistics of its vCPUs that are open. Return: 0, or a
 * negative errno.
 */
static int process__look(pid_t pid, struct opened *opened, struct vm *vm)
{
	DIR *dir = sys__opendir("/proc/%d/fd", pid);
	struct dirent *d;
	char text[64];

	*opened = (struct opened){ .fd = -1 };
	if (!dir)
		return -errno;
	while ((d = readdir(dir))) {
		if (sys__link(text, sizeof(text), "/proc/%d/fd/%s", pid, d->d_name))
			continue;
		if (vm && !strncmp(text, VCPU_STATS_LINK, strlen(VCPU_STATS_LINK)))
			binary__read(pid, atoi(d->d_name), vm__add_counter, vm);
		opened->vcpus += !strncmp(text, VCPU_LINK, strlen(VCPU_LINK));
		if (strcmp(text, VM_LINK))
			continue;
		opened->fd = atoi(d->d_name);
		opened->vms++;
	}
	closedir(dir);
	return 0;
}

/* For a VM whose counters are not in debugfs. Which vCPU is of which VM is not known. */
static void vm__read_binary(struct vm *vm)
{
	struct opened opened;

	if (!vm->counted && !process__look(vm->pid, &opened, NULL) && opened.vms == 1)
		process__look(vm->pid, &opened, vm);
}

/* Return: 0, or an errno if debugfs does not list the VMs. */
static int vms__read_debugfs(struct vms *vms)
{
	DIR *dir = sys__opendir(KVM_DEBUGFS);
	struct dirent *d;
	struct vm *vm;
	long pid, fd;
	int len;

	if (!dir)
		return errno;
	while ((d = readdir(dir))) {
		if (sscanf(d->d_name, "%ld-%ld%n", &pid, &fd, &len) != 2 || d->d_name[len])
			continue;
		if (pid <= 0 || pid > INT_MAX || fd < 0 || fd > INT_MAX)
			continue;
		vm = vms__add(vms, pid, fd);
		vm__read_debugfs(vm);
		vm__read_binary(vm);
		if (!sys__exists(KVM_DEBUGFS "/%s", d->d_name))
			vms->count--;
	}
	closedir(dir);
	return 0;
}

static void vms__read_process(struct vms *vms, pid_t pid)
{
	struct opened opened;
	int err = process__look(pid, &opened, NULL), threads;
	uint64_t time = 0;
	struct vm *vm;

	if (err == -EACCES || err == -EPERM) {
		vms->hidden = true;
		opened.vms = !stat__field(&time, pid, 0, STAT_GUEST_TIME) && time;
	}
	if (!opened.vms)
		return;
	vm = vms__add(vms, pid, opened.fd);
	threads = vm__add_threads(vm);
	vm->vcpus = opened.vcpus ? opened.vcpus : threads;
	vm__read_binary(vm);
	if (!sys__exists("/proc/%d", pid))
		vms->count--;
}

static void vms__read_processes(struct vms *vms)
{
	DIR *proc = sys__opendir("/proc");
	struct dirent *d;

	while (proc && (d = readdir(proc))) {
		char *end;
		long pid = strtol(d->d_name, &end, 10);

		if (!*end && pid > 0 && pid <= INT_MAX)
			vms__read_process(vms, pid);
	}
	if (proc)
		closedir(proc);
}

static int vm__compare(const void *a, const void *b)
{
	const struct vm *x = a, *y = b;

	return x->pid != y->pid ? (x->pid > y->pid) - (x->pid < y->pid) :
				  (x->fd > y->fd) - (x->fd < y->fd);
}

void vms__read(struct vms *vms)
{
	*vms = (struct vms){ .at = sys__now() };
	if (vms__read_debugfs(vms))
		vms__read_processes(vms);
	if (vms->count)
		qsort(vms->vm, vms->count, sizeof(*vms->vm), vm__compare);
}

void vms__free(struct vms *vms)
{
	free(vms->vm);
	*vms = (struct vms){ 0 };
}

double wait__percent(uint64_t run_ns, uint64_t wait_ns)
{
	return run_ns + wait_ns ? 100.0 * wait_ns / (run_ns + wait_ns) : -1;
}
