// SPDX-License-Identifier: GPL-2.0
/*
 * Fairness: whatever a VM asks for, it gets no more CPU than its weight says, and
 * its neighbour gets as much work done as beside a polite VM. Two tiny VMs share
 * all CPUs; the second one is polite at first, then hostile.
 *
 * Where vCPUs are pinned no yield can swap two of them. Where those of the second
 * VM may roam, a hostile one must make swaps happen, unless they are switched off.
 * The second VM may lose by swaps, for the load balancer moves its vCPUs on.
 */
#include <string.h>
#include <unistd.h>

#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../stats.h"
#include "../tiny.h"
#include "fail.h"
#include "groups.h"
#include "states.h"
#include "test.h"

#define SWAP		HOST_DIR "pvsched_swap"
#define SWAPPED		"pvsched_swapped"
#define SETTLE_US	300000
#define MAX_SHARE_ERROR	0.01
#define MAX_ROUGH_ERROR	0.13	/* where times mean nothing */
#define MIN_WORK	0.98

/*
 * Where a slice begins and ends moves a share of one second by half of what is
 * allowed, with polite VMs as well: take longer.
 */
#define WINDOWS		2

/* The groups of the second VM; those of the first one have the default weight. */
static const struct shape {
	const char *name;
	bool roams;		/* one vCPU a CPU in each VM, and two otherwise */
	struct groups groups;
	int extra;		/* times as many vCPUs in the second VM */
	double share;		/* what the first VM is to get */
	bool unfair;		/* and does not */
} shapes[] = {
	{ "flat", .extra = 1, .share = 0.5 },
	{ "flat, twice as many vCPUs (must be found unfair)",
	  .extra = 2, .share = 0.5, .unfair = true },
	{ "flat, roaming", .roams = true, .extra = 1, .share = 0.5 },
	{ "a group for each VM, roaming",
	  .roams = true, .groups = { .vm = true, .weight = 1024 }, .extra = 1, .share = 0.5 },
	{ "a group for each VM",
	  .groups = { .vm = true, .weight = 1024 }, .extra = 1, .share = 0.5 },
	{ "a group for each VM, weights 1:2",
	  .groups = { .vm = true, .weight = 2048 }, .extra = 1, .share = 1 / 3.0 },
	{ "a group for each vCPU",
	  .groups = { .vm = true, .vcpu = true, .weight = 1024 }, .extra = 1, .share = 0.5 },
	{ "a group for each VM, a quota of 25%",
	  .groups = { .vm = true, .weight = 1024, .quota_percent = 25 }, .extra = 1, .share = 0.75 },
};

struct outcome {
	double share;
	double work;
	double swapped;	/* by the second VM */
};

/* The first VM has the same groups, but no weight or quota of its own. */
static int shape__apply(const struct shape *shape, const struct tiny *vm)
{
	struct groups first = shape->groups;

	first.weight = 1024;
	first.quota_percent = 0;
	return groups__apply(&first, &vm[0], 0) || groups__apply(&shape->groups, &vm[1], 1) ? -1 : 0;
}

/* What the two VMs have counted, taken and swapped until now. */
struct reading {
	double count[2], cpu[2], swapped;
};

static int shape__read(const struct tiny *vm, struct reading *r)
{
	int i;

	for (i = 0; i < 2; i++)
		if (tiny__read(&vm[i], &r->count[i], &r->cpu[i]))
			return -1;
	return stats__counter(vm[1].pid, SWAPPED, &r->swapped);
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
	outcome->swapped = after.swapped - before.swapped;
	return 0;
}

static int shape__run(const struct shape *shape, enum tiny_kind kind, struct outcome *outcome)
{
	int vcpus = shape->roams ? opt.pcpus : 2 * opt.pcpus;
	struct tiny vm[2];
	int ret;

	if (tiny__start(&vm[0], vcpus, TINY_POLITE))
		return -1;
	if (tiny__start(&vm[1], vcpus * shape->extra, kind)) {
		tiny__stop(&vm[0]);
		return -1;
	}
	ret = shape__apply(shape, vm) || (shape->roams && tiny__roam(&vm[1])) ||
	      shape__measure(vm, outcome) ? -1 : 0;
	ret |= tiny__stop(&vm[0]);
	ret |= tiny__stop(&vm[1]);
	return ret;
}

/* Swaps are rare: where none came there are two more chances. */
static int shape__await_swaps(const struct shape *shape, double *swapped)
{
	struct outcome again = { };
	int left;

	for (left = 2; shape->roams && !*swapped && left; left--) {
		if (shape__run(shape, TINY_HOSTILE, &again))
			return -1;
		*swapped = again.swapped;
	}
	return 0;
}

/* Yields swap vCPUs that roam, unless swaps are off, and no others. */
static int shape__check_swaps(const struct shape *shape, double swapped)
{
	struct outcome off = { };
	int ret = shape__await_swaps(shape, &swapped);

	if (!ret && shape->roams) {
		ret = file__write(SWAP, "N") || shape__run(shape, TINY_HOSTILE, &off);
		ret |= file__write(SWAP, "Y");
		out__note("%s: %.0f swaps, and %.0f with swaps off, for a share of %.4f",
			  shape->name, swapped, off.swapped, off.share);
	}
	if (ret)
		return EXIT_FAIL;
	if (!off.swapped && !swapped == !shape->roams)
		return EXIT_PASS;
	return off.swapped || !shape->roams ?
	       fail("%s: %.0f swaps, %.0f with swaps off", shape->name, swapped, off.swapped) :
	       fail_figure("%s: no swaps", shape->name);
}

static int shape__test(const struct shape *shape)
{
	struct outcome calm, hostile;
	double max_error = times_mean_something() ? MAX_SHARE_ERROR : MAX_ROUGH_ERROR;
	double error, work;
	bool fair;

	if (shape__run(shape, TINY_POLITE, &calm) || shape__run(shape, TINY_HOSTILE, &hostile))
		return EXIT_FAIL;
	error = hostile.share - shape->share;
	work = hostile.work / calm.work;
	fair = error > -max_error && (error < max_error || shape->roams) &&
	       (work >= MIN_WORK || !times_mean_something());
	out__note("%s: share %.4f beside a polite VM, %.4f beside a hostile one, of %.4f; work %.4f",
		  shape->name, calm.share, hostile.share, shape->share, work);
	if (fair != shape->unfair)
		return shape__check_swaps(shape, hostile.swapped);
	return fail_figure("%s: %s", shape->name, fair ? "the check does not notice" : "unfair");
}

/* Without a hierarchy of our own, on a user's machine, only the flat shapes. */
static int fairness__run(struct vm_set *set)
{
	int ret = EXIT_PASS;
	bool groups;
	size_t i;

	if (profile__apply(&states[ON], set))
		return EXIT_FAIL;
	groups = !groups__mount();
	if (!groups && strcmp(opt.lab, "metal"))
		return fail("cannot mount cgroups: %m");
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].groups.vm && !groups)
			out__note("%s: left out, cgroups are in use", shapes[i].name);
		else if (shape__test(&shapes[i]))
			ret = EXIT_FAIL;
	}
	if (groups)
		groups__unmount();
	return ret;
}

const struct test test_fairness = {
	.name = "fairness",
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = fairness__run,
};
