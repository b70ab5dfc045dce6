// SPDX-License-Identifier: GPL-2.0
/*
 * The cgroups of the VMs, version 2.
 *
 * "flat" leaves the VMs in the group of pvrun. "vm" makes a group for each VM, as
 * Proxmox does. "libvirt" makes below that a group for each vCPU and one for the
 * other threads of QEMU. All groups have the default weight.
 *
 * Groups below that of a VM hold threads of one process and are threaded. The
 * kernel accepts them before the controller is enabled for them, not after.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "common.h"
#include "file.h"
#include "layout.h"
#include "options.h"
#include "out.h"

#define ROOT		"/sys/fs/cgroup"
#define MAGIC		0x63677270	/* CGROUP2_SUPER_MAGIC */

static const struct layout {
	const char *name;
	bool by_vm;
	bool by_thread;
} layouts[] = {
	{ "flat", false, false },
	{ "vm", true, false },
	{ "libvirt", true, true },
};

static const struct layout *layout__find(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (!strcmp(layouts[i].name, opt.layout))
			return &layouts[i];
	return NULL;
}

void layout__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		out__line("layout %s", layouts[i].name);
}

int layout__check(void)
{
	return layout__find() ? 0 :
	       out__error("no layout is called %s; see pvrun --list (make list)", opt.layout);
}

/* Write to a file of a group; @group is a path below ROOT, or empty. */
static int group__write(const char *group, const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), ROOT "/%s%s%s", group, *group ? "/" : "", file);
	return file__write(path, text) ? out__error("cannot write %s to %s: %m", text, path) : 0;
}

static int group__make(const char *group)
{
	char path[256];

	snprintf(path, sizeof(path), ROOT "/%s", group);
	return mkdir(path, 0755) && access(path, F_OK) ?
	       out__error("cannot make the cgroup %s: %m", path) : 0;
}

static int root__prepare(void)
{
	struct statfs fs;

	if (!statfs(ROOT, &fs) && fs.f_type != MAGIC)
		mount("cgroup2", ROOT, "cgroup2", 0, NULL);
	if (statfs(ROOT, &fs) || fs.f_type != MAGIC)
		return out__error("no cgroups of version 2 at " ROOT "; choose --layout=flat");
	return group__write("", "cgroup.subtree_control", "+cpu");
}

static void vm__group(const struct vm *vm, char *group, size_t size)
{
	snprintf(group, size, "pvsched-vm%d", vm->id);
}

/* The group of a thread: vCPUs are called "CPU n/KVM". */
static int thread__group(const struct vm *vm, const char *tid, char *group, size_t size)
{
	char path[300], name[64], parent[64];
	int cpu;

	vm__group(vm, parent, sizeof(parent));
	snprintf(path, sizeof(path), "/proc/%d/task/%s/comm", vm->pid, tid);
	if (file__read(path, name, sizeof(name)))
		return out__error("cannot read %s: %m", path);
	if (sscanf(name, "CPU %d/KVM", &cpu) == 1)
		snprintf(group, size, "%s/vcpu%d", parent, cpu);
	else
		snprintf(group, size, "%s/emulator", parent);
	return 0;
}

/* Do @act for each thread of a VM and its group. */
static int vm__each_thread(const struct vm *vm, int (*act)(const char *group, const char *tid))
{
	char tasks[64], group[128];
	struct dirent *d;
	int ret = 0;
	DIR *dir;

	snprintf(tasks, sizeof(tasks), "/proc/%d/task", vm->pid);
	dir = opendir(tasks);
	if (!dir)
		return out__error("cannot read %s: %m", tasks);
	while (!ret && (d = readdir(dir)))
		if (isdigit((unsigned char)d->d_name[0]))
			ret = thread__group(vm, d->d_name, group, sizeof(group)) ||
			      act(group, d->d_name) ? -1 : 0;
	closedir(dir);
	return ret;
}

static int thread__make_group(const char *group, const char *tid)
{
	(void)tid;
	return group__make(group) || group__write(group, "cgroup.type", "threaded") ? -1 : 0;
}

static int thread__enter(const char *group, const char *tid)
{
	return group__write(group, "cgroup.threads", tid);
}

static int vm__apply(const struct layout *layout, const struct vm *vm)
{
	char group[64], pid[16];

	vm__group(vm, group, sizeof(group));
	snprintf(pid, sizeof(pid), "%d", vm->pid);
	if (group__make(group) || group__write(group, "cgroup.procs", pid))
		return -1;
	if (!layout->by_thread)
		return 0;
	return vm__each_thread(vm, thread__make_group) ||
	       group__write(group, "cgroup.subtree_control", "+cpu") ||
	       vm__each_thread(vm, thread__enter) ? -1 : 0;
}

int layout__apply(const struct vm_set *set)
{
	const struct layout *layout = layout__find();
	int i;

	if (!layout->by_vm)
		return 0;
	if (root__prepare())
		return -1;
	for (i = 0; i < set->count; i++)
		if (vm__apply(layout, &set->vm[i]))
			return -1;
	return 0;
}

/* A group that still has a thread that ends is left to the next try. */
static void group__remove(const char *path)
{
	int tries;

	for (tries = 0; tries < 100 && rmdir(path) && !access(path, F_OK); tries++)
		usleep(10000);
}

static void vm__remove_groups(const struct vm *vm)
{
	char path[128], child[400];
	struct dirent *d;
	char group[64];
	DIR *dir;

	vm__group(vm, group, sizeof(group));
	snprintf(path, sizeof(path), ROOT "/%s", group);
	dir = opendir(path);
	while (dir && (d = readdir(dir))) {
		if (d->d_type != DT_DIR || d->d_name[0] == '.')
			continue;
		snprintf(child, sizeof(child), "%s/%s", path, d->d_name);
		group__remove(child);
	}
	if (dir)
		closedir(dir);
	group__remove(path);
}

void layout__remove(const struct vm_set *set)
{
	int i;

	for (i = 0; layout__find()->by_vm && i < set->count; i++)
		vm__remove_groups(&set->vm[i]);
}
