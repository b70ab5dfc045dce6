// SPDX-License-Identifier: GPL-2.0
/*
 * Fairness: whatever a VM asks for, it gets no more CPU than its weight, and
 * its neighbour does its work undisturbed. Two tiny VMs share all CPUs; the
 * second one is polite at first, then hostile. Groups are of the first version
 * of cgroups, where threads go each their own way.
 *
 * vCPUs are kept where they are, so that none changes places with another; or
 * those of the second VM roam, and if it is hostile must change places all the
 * time, unless that is switched off. It may lose by that, for the load balancer
 * finds them on the way.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

#define GROUPS		"/tmp/cpu"
#define TRADE		HOST_DIR "pvsched_trade"
#define TRADED		"pvsched_traded"
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
	bool roams;		/* one vCPU a CPU in each VM, and two otherwise */
	bool groups;
	bool by_vcpu;
	int weight;		/* the second VM's, for each 1024 of the first */
	int quota_percent;	/* of all CPUs, for the second VM, or 0 */
	int extra;		/* times as many vCPUs in the second VM */
	double share;		/* what the first VM is to get */
	bool unfair;		/* and does not */
} shapes[] = {
	{ "flat", .weight = 1024, .extra = 1, .share = 0.5 },
	{ "flat, twice as many vCPUs (must be found unfair)",
	  .weight = 1024, .extra = 2, .share = 0.5, .unfair = true },
	{ "flat, roaming", .roams = true, .weight = 1024, .extra = 1, .share = 0.5 },
	{ "a group for each VM, roaming",
	  .roams = true, .groups = true, .weight = 1024, .extra = 1, .share = 0.5 },
	{ "a group for each VM", .groups = true, .weight = 1024, .extra = 1, .share = 0.5 },
	{ "a group for each VM, weights 1:2",
	  .groups = true, .weight = 2048, .extra = 1, .share = 1 / 3.0 },
	{ "a group for each vCPU",
	  .groups = true, .by_vcpu = true, .weight = 1024, .extra = 1, .share = 0.5 },
	{ "a group for each VM, a quota of 25%",
	  .groups = true, .weight = 1024, .quota_percent = 25, .extra = 1, .share = 0.75 },
};

struct outcome {
	double share;
	double work;
	double traded;	/* by the second VM */
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

/* What the two VMs have counted, taken and traded until now. */
struct reading {
	double count[2], cpu[2], traded;
};

static int shape__read(const struct tiny *vm, struct reading *r)
{
	int i;

	for (i = 0; i < 2; i++)
		if (tiny__read(&vm[i], &r->count[i], &r->cpu[i]))
			return -1;
	return stats__counter(vm[1].pid, TRADED, &r->traded);
}

static int shape__measure(const struct tiny *vm, struct outcome *outcome)
{
	struct reading before, after;
	double first, second;

	usleep(SETTLE_US);
	if (shape__read(vm, &before))
		return -1;
	sleep(opt.seconds * WINDOWS);
	if (shape__read(vm, &after))
		return -1;
	first = after.cpu[0] - before.cpu[0];
	second = after.cpu[1] - before.cpu[1];
	if (first <= 0 || second <= 0)
		return out__error("a tiny VM did not run");
	outcome->share = first / (first + second);
	outcome->work = after.count[0] - before.count[0];
	outcome->traded = after.traded - before.traded;
	return 0;
}

static int shape__run(const struct shape *shape, bool is_hostile, struct outcome *outcome)
{
	int vcpus = shape->roams ? opt.pcpus : 2 * opt.pcpus;
	struct tiny vm[2];
	int ret;

	if (tiny__start(&vm[0], vcpus, false))
		return -1;
	if (tiny__start(&vm[1], vcpus * shape->extra, is_hostile)) {
		tiny__stop(&vm[0]);
		return -1;
	}
	ret = shape__apply(shape, &vm[0], 0) || shape__apply(shape, &vm[1], 1) ||
	      (shape->roams && tiny__roam(&vm[1])) ||
	      shape__measure(vm, outcome) ? -1 : 0;
	ret |= tiny__stop(&vm[0]);
	ret |= tiny__stop(&vm[1]);
	return ret;
}

/* vCPUs that roam change places, unless that is switched off; others never do. */
static int shape__check_trades(const struct shape *shape, double traded)
{
	struct outcome off = { };
	int ret = 0;

	if (shape->roams) {
		ret = file__write(TRADE, "N") || shape__run(shape, true, &off);
		ret |= file__write(TRADE, "Y");
		out__note("%s: changed places %.0f times, and %.0f times switched off, for a share of %.4f",
			  shape->name, traded, off.traded, off.share);
	}
	if (!ret && !off.traded && !traded == !shape->roams)
		return EXIT_PASS;
	out__note("FAIL: %s: vCPUs changed places %.0f times, and %.0f times switched off",
		  shape->name, traded, off.traded);
	return EXIT_FAIL;
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
	fair = error > -max_error && (error < max_error || shape->roams) &&
	       (work >= MIN_WORK || !times_mean_something());
	out__note("%s: share %.4f beside a polite VM, %.4f beside a hostile one, of %.4f; work %.4f",
		  shape->name, calm.share, hostile.share, shape->share, work);
	if (fair != shape->unfair)
		return shape__check_trades(shape, hostile.traded);
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
