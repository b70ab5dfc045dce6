// SPDX-License-Identifier: GPL-2.0
/*
 * Fairness: whatever a VM asks for, it gets no more CPU than its weight, and
 * its neighbour does its work undisturbed. Two tiny VMs share all CPUs; the
 * second one is polite at first, then hostile. Groups are of the first version
 * of cgroups, where threads go each their own way.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

#define GROUPS		"/tmp/cpu"
#define SETTLE_US	300000
#define MAX_SHARE_ERROR	0.01
#define MAX_ROUGH_ERROR	0.13	/* where times mean nothing */
#define MIN_WORK	0.98

/*
 * Where a slice begins and ends moves a share of one second by half of what is
 * allowed, with polite VMs as well: take longer.
 */
#define WINDOWS		2

/* How the vCPUs of the two VMs are grouped, and what the groups are given. */
static const struct shape {
	const char *name;
	bool groups;
	bool by_vcpu;
	int weight;		/* the second VM's, for each 1024 of the first */
	int quota_percent;	/* of all CPUs, for the second VM, or 0 */
	int extra;		/* times as many vCPUs in the second VM */
	double share;		/* what the first VM is to get */
	bool unfair;		/* and does not */
} shapes[] = {
	{ "flat", false, false, 1024, 0, 1, 0.5, false },
	{ "flat, twice as many vCPUs (must be found unfair)", false, false,
	  1024, 0, 2, 0.5, true },
	{ "a group for each VM", true, false, 1024, 0, 1, 0.5, false },
	{ "a group for each VM, weights 1:2", true, false, 2048, 0, 1, 1 / 3.0, false },
	{ "a group for each vCPU", true, true, 1024, 0, 1, 0.5, false },
	{ "a group for each VM, a quota of 25%", true, false, 1024, 25, 1, 0.75, false },
};

struct outcome {
	double share;
	double work;
};

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

/* With a group for each vCPU these are below that of the VM, as libvirt's are. */
static int shape__apply(const struct shape *shape, const struct tiny *tiny, int vm)
{
	char name[32];
	int i;

	if (!shape->groups)
		return 0;
	snprintf(name, sizeof(name), "vm%d", vm);
	if (group__make(name, vm ? shape->weight : 1024, vm ? shape->quota_percent : 0))
		return -1;
	for (i = 0; i < tiny->vcpus; i++) {
		if (shape->by_vcpu) {
			snprintf(name, sizeof(name), "vm%d/vcpu%d", vm, i);
			if (group__make(name, 1024, 0))
				return -1;
		}
		if (group__enter(name, tiny->shared->vcpu[i].tid))
			return -1;
	}
	return 0;
}

static int shape__measure(const struct tiny *vm, struct outcome *outcome)
{
	double count[2][2], cpu[2][2], first, second;
	int i;

	usleep(SETTLE_US);
	for (i = 0; i < 2; i++)
		if (tiny__read(&vm[i], &count[0][i], &cpu[0][i]))
			return -1;
	sleep(opt.seconds * WINDOWS);
	for (i = 0; i < 2; i++)
		if (tiny__read(&vm[i], &count[1][i], &cpu[1][i]))
			return -1;
	first = cpu[1][0] - cpu[0][0];
	second = cpu[1][1] - cpu[0][1];
	if (first <= 0 || second <= 0)
		return out__error("a tiny VM did not run");
	outcome->share = first / (first + second);
	outcome->work = count[1][0] - count[0][0];
	return 0;
}

static int shape__run(const struct shape *shape, bool is_hostile, struct outcome *outcome)
{
	struct tiny vm[2];
	int ret;

	if (tiny__start(&vm[0], 2 * opt.pcpus, false))
		return -1;
	if (tiny__start(&vm[1], 2 * opt.pcpus * shape->extra, is_hostile)) {
		tiny__stop(&vm[0]);
		return -1;
	}
	ret = shape__apply(shape, &vm[0], 0) || shape__apply(shape, &vm[1], 1) ||
	      shape__measure(vm, outcome) ? -1 : 0;
	ret |= tiny__stop(&vm[0]);
	ret |= tiny__stop(&vm[1]);
	return ret;
}

static int shape__test(const struct shape *shape)
{
	struct outcome calm, hostile;
	double max_error = times_mean_something() ? MAX_SHARE_ERROR : MAX_ROUGH_ERROR;
	double error, work;
	bool fair;

	if (shape__run(shape, false, &calm) || shape__run(shape, true, &hostile))
		return EXIT_FAIL;
	error = hostile.share - shape->share;
	work = hostile.work / calm.work;
	fair = error > -max_error && error < max_error &&
	       (work >= MIN_WORK || !times_mean_something());
	out__note("%s: share %.4f beside a polite VM, %.4f beside a hostile one, of %.4f; work %.4f",
		  shape->name, calm.share, hostile.share, shape->share, work);
	if (fair != shape->unfair)
		return EXIT_PASS;
	out__note("FAIL: %s: %s", shape->name, fair ? "the check does not notice" : "unfair");
	return EXIT_FAIL;
}

/* Without a hierarchy of our own, on a user's machine, only the flat shapes. */
int fair__test(void)
{
	int ret = EXIT_PASS;
	bool groups;
	size_t i;

	mkdir(GROUPS, 0755);
	groups = !mount("cpu", GROUPS, "cgroup", 0, "cpu");
	if (!groups && strcmp(opt.lab, "metal")) {
		out__note("FAIL: cannot mount cgroups: %m");
		return EXIT_FAIL;
	}
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		if (shapes[i].groups && !groups)
			out__note("%s: left out, cgroups are in use", shapes[i].name);
		else if (shape__test(&shapes[i]))
			ret = EXIT_FAIL;
	}
	if (groups)
		umount(GROUPS);
	return ret;
}
