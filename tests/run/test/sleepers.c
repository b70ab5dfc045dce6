// SPDX-License-Identifier: GPL-2.0
/*
 * A neighbour that mostly sleeps: whatever a VM asks for, a task that wants 1 ms of a
 * CPU every 6 ms gets that as often and as soon as beside a polite VM of the same size.
 *
 * The neighbour is on CPU 0, with 2, 4 or 8 vCPUs of the VM. In turn it is a process and
 * a VM, and the other VM has another vCPU elsewhere or not: a vCPU that runs elsewhere
 * may yield to one that waits here. So all pairs of these meet.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../tiny.h"
#include "fail.h"
#include "groups.h"
#include "states.h"
#include "test.h"

#define SETTLE_US	300000
#define MIN_ROUNDS	0.95
#define MAX_TIME	1.25
#define TICK_US		4000
#define NS_PER_MS	1000000

/* The VM beside the neighbour: its groups, and the slice that its owner sets or 0 */
static const struct crowd {
	const char *name;
	struct groups groups;
	int slice_ms;
	bool roams;
} crowds[] = {
	{ .name = "flat" },
	{ .name = "flat, roaming", .roams = true },
	{ .name = "flat, slices of 100 ms", .slice_ms = 100 },
	{ .name = "a group for each VM", .groups = { .vm = true, .weight = 1024 } },
	{ .name = "a group for each VM, weights 1:2", .groups = { .vm = true, .weight = 2048 } },
	{ .name = "a group for each VM, a quota of 25%",
	  .groups = { .vm = true, .weight = 1024, .quota_percent = 25 } },
	{ .name = "a group for each vCPU", .groups = { .vm = true, .vcpu = true, .weight = 1024 } },
};

static const int sizes[] = { 2, 4, 8 };

static int slices__set(const struct tiny *vm, int ms)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_NORMAL,
		.sched_runtime = (__u64)ms * NS_PER_MS,
	};
	int i;

	for (i = 0; ms && i < vm->vcpus; i++)
		if (syscall(SYS_sched_setattr, vm->shared->vcpu[i].tid, &attr, 0))
			return out__error("cannot set a slice of %d ms: %m", ms);
	return 0;
}

static int crowd__apply(const struct crowd *crowd, int here, const struct tiny *vm,
			const struct tiny *neighbour)
{
	struct groups groups = crowd->groups;

	groups.weight = 1024;
	groups.quota_percent = 0;
	if (groups__apply(&groups, neighbour, 0) || groups__apply(&crowd->groups, vm, 1) ||
	    slices__set(vm, crowd->slice_ms))
		return -1;
	return crowd->roams ? tiny__roam(vm) : tiny__gather(vm, here);
}

static int neighbour__measure(const struct tiny *neighbour, struct nap_times *t)
{
	const struct naps *naps = &neighbour->shared->naps;
	unsigned int first;

	usleep(SETTLE_US);
	first = __atomic_load_n(&naps->rounds, __ATOMIC_ACQUIRE);
	sleep(opt.seconds);
	naps__times(naps, first, t);
	return t->rounds ? 0 : out__error("the neighbour had no round");
}

/* Beside @here vCPUs of @kind, or so many for each CPU where they roam */
static int crowd__run(const struct crowd *crowd, int here, int elsewhere, enum tiny_kind kind,
		      enum tiny_kind neighbour, struct nap_times *t)
{
	int vcpus = crowd->roams ? here * opt.pcpus : here + elsewhere;
	struct tiny vm, other;
	int ret;

	if (tiny__start(&other, 1, neighbour))
		return -1;
	if (tiny__start(&vm, vcpus, kind)) {
		tiny__stop(&other);
		return -1;
	}
	ret = crowd__apply(crowd, here, &vm, &other) || neighbour__measure(&other, t) ? -1 : 0;
	ret |= tiny__stop(&vm);
	ret |= tiny__stop(&other);
	return ret;
}

/*
 * Rounds end at once or with a tick, so a longer median alone says nothing: more rounds
 * may have ended sooner than before. Where the balancer moves vCPUs when it ticks, and
 * where slices last for many ticks, chance decides which it is: @spare_us is for that.
 */
static bool is_worse(const struct nap_times *hostile, const struct nap_times *polite,
		     double spare_us)
{
	return hostile->rounds < MIN_ROUNDS * polite->rounds ||
	       hostile->p99_us > MAX_TIME * polite->p99_us + spare_us ||
	       (hostile->median_us > MAX_TIME * polite->median_us &&
		hostile->rounds < polite->rounds);
}

static int crowd__test(const struct crowd *crowd, int here, bool odd)
{
	enum tiny_kind neighbour = odd ? TINY_NAPPING : TINY_PROCESS;
	struct nap_times polite, hostile;
	int elsewhere = odd == (here == 4);

	if (crowd__run(crowd, here, elsewhere, TINY_POLITE, neighbour, &polite) ||
	    crowd__run(crowd, here, elsewhere, TINY_HOSTILE, neighbour, &hostile))
		return EXIT_FAIL;
	out__note("%s, %d+%d vCPUs, beside a %s: %.0f rounds of %.1f ms, 99%% %.1f ms; polite %.0f of %.1f, %.1f",
		  crowd->name, here, elsewhere, odd ? "VM" : "process", hostile.rounds,
		  hostile.median_us / 1000, hostile.p99_us / 1000, polite.rounds,
		  polite.median_us / 1000, polite.p99_us / 1000);
	if (!is_worse(&hostile, &polite, crowd->roams || crowd->slice_ms ? TICK_US : 0))
		return EXIT_PASS;
	return fail_figure("%s, %d vCPUs: the neighbour is worse off", crowd->name, here);
}

/* A neighbour that has less because there are more vCPUs must be noticed. */
static int sleepers__check_the_check(void)
{
	struct nap_times few, many;

	if (crowd__run(&crowds[0], 2, 0, TINY_POLITE, TINY_PROCESS, &few) ||
	    crowd__run(&crowds[0], 8, 0, TINY_POLITE, TINY_PROCESS, &many))
		return EXIT_FAIL;
	return is_worse(&many, &few, 0) ? EXIT_PASS :
	       fail_figure("beside four times as many vCPUs the neighbour is not found worse off");
}

/* Where cgroups are in use, on a user's machine, only what takes none. */
static int sleepers__run(struct vm_set *set)
{
	int ret = profile__apply(&states[ON], set) ? EXIT_FAIL : sleepers__check_the_check();
	bool groups = !groups__mount();
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(crowds); i++) {
		if (crowds[i].groups.vm && !groups) {
			out__note("%s: left out, no cgroups of version 1", crowds[i].name);
			continue;
		}
		for (j = 0; j < ARRAY_SIZE(sizes); j++)
			if (crowd__test(&crowds[i], sizes[j], (i + j) % 2))
				ret = EXIT_FAIL;
	}
	if (groups)
		groups__unmount();
	return ret;
}

const struct test test_sleepers = {
	.name = "sleepers",
	.seconds = 600,
	.needs = NEED_PVSCHED | NEED_TIME,
	.run = sleepers__run,
};
