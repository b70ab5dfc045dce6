// SPDX-License-Identifier: GPL-2.0
/*
 * Groups are cgroups of version 1, which take single threads.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "groups.h"

#define GROUPS		"/tmp/cpu"

int groups__mount(void)
{
	mkdir(GROUPS, 0755);
	return mount("cpu", GROUPS, "cgroup", 0, "cpu");
}

void groups__unmount(void)
{
	umount(GROUPS);
}

static int group__make(const char *name, int weight, int quota_percent)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), GROUPS "/%s", name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), GROUPS "/%s/cpu.shares", name);
	snprintf(text, sizeof(text), "%d", weight);
	if (file__write(path, text))
		return out__error("cannot write %s: %m", path);
	snprintf(path, sizeof(path), GROUPS "/%s/cpu.cfs_quota_us", name);
	snprintf(text, sizeof(text), "%d",
		 quota_percent ? quota_percent * 1000 * opt.pcpus : -1);
	if (file__write(path, text))
		return out__error("cannot write %s: %m", path);
	return 0;
}

static int group__enter(const char *name, pid_t tid)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), GROUPS "/%s/tasks", name);
	snprintf(text, sizeof(text), "%d", tid);
	return file__write(path, text) ? out__error("cannot write %s: %m", path) : 0;
}

int groups__apply(const struct groups *groups, const struct tiny *tiny, int number)
{
	char name[32];
	int i;

	if (!groups->vm)
		return 0;
	snprintf(name, sizeof(name), "vm%d", number);
	if (group__make(name, groups->weight, groups->quota_percent))
		return -1;
	for (i = 0; i < tiny->vcpus; i++) {
		if (groups->vcpu) {
			snprintf(name, sizeof(name), "vm%d/vcpu%d", number, i);
			if (group__make(name, 1024, 0))
				return -1;
		}
		if (group__enter(name, tiny->shared->vcpu[i].tid))
			return -1;
	}
	return 0;
}
