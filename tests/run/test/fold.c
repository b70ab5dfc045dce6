// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that has fewer CPUs than vCPUs runs its tasks on so many, and affinity wins.
 *
 * The number is set in the guest, in place of the host's. Where tasks run is told by the
 * time that each CPU was idle: one that does work is not, however much a slow host takes for
 * itself. Times are those that the guest took from the change of the number to what followed.
 * The host has two CPUs for the four vCPUs, so one that is to leave or to return may wait for
 * the turn of another; single times say little for it, the median of some is judged.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../shared/median.h"
#include "../options.h"
#include "../out.h"
#include "fail.h"
#include "guest.h"
#include "load.h"
#include "test.h"

#define GUEST_FOLD	GUEST_DIR "fold"
#define NUMBER		GUEST_FILES "fold_capacity"
#define PREFERRED	"/sys/devices/system/cpu/preferred"
#define SPIN		"while :; do :; done"
#define ONE		1024

/* The wait before CPUs are looked at, how long, and half of that in ticks of 10 ms */
#define SETTLE		"0.1"
#define LOOK		"0.4"
#define IDLE_TICKS	20

/* ms within which the guest is folded, and unfolded */
#define FOLD_MS		20
#define UNFOLD_MS	10
/* The slice of another vCPU, and the tick that ends it */
#define TURN_MS		13

/* Times that the guest is folded and unfolded, and the wait after each change of the number */
#define ROUNDS		5
#define PAUSE		"0.1"

/* A number that the guest has not seen waver. */
static int set_anew(struct vm *vm, unsigned long number)
{
	return vm__do(vm, "set " GUEST_FOLD " N") ||
	       vm__do(vm, "set " NUMBER " %lu", number) || vm__do(vm, "set " GUEST_FOLD " Y");
}

static int set_number(struct vm *vm, unsigned long number)
{
	return vm__do(vm, "set " NUMBER " %lu", number) ?
	       fail("the guest does not take the number %lu", number) : 0;
}

/* Time that each CPU was idle, in ticks of 10 ms, or -1 if it is not there */
static int idle_times(struct vm *vm, long *ticks, int max)
{
	struct reply reply;
	int cpu;
	char *at;

	if (vm__ask(vm, &reply, "get /proc/stat"))
		return -1;
	for (cpu = 0; cpu < max; cpu++)
		ticks[cpu] = -1;
	for (at = reply.text; at && *at; at = strchr(at, '\n'), at += !!at) {
		if (!strncmp(at, "cpu", 3) && at[3] >= '0' && at[3] <= '9') {
			cpu = strtol(at + 3, &at, 10);
			if (cpu < max)
				sscanf(at, "%*u %*u %*u %ld", &ticks[cpu]);
		}
	}
	free(reply.text);
	return 0;
}

/* Whether exactly the CPUs of @expected, a bitmap, do work. */
static int check_busy(struct vm *vm, unsigned int expected, const char *when)
{
	long before[32], after[32];
	unsigned int busy = 0;
	int cpu;

	if (vm__do(vm, "run sleep " SETTLE) || idle_times(vm, before, 32) ||
	    vm__do(vm, "run sleep " LOOK) || idle_times(vm, after, 32))
		return fail("%s: the guest does not say where its tasks run", when);
	for (cpu = 0; cpu < vm->vcpus; cpu++)
		if (after[cpu] >= 0 && after[cpu] - before[cpu] < IDLE_TICKS)
			busy |= 1U << cpu;
	out__note("%s: CPUs %#x are busy", when, busy);
	return busy == expected ? 0 :
	       fail_figure("%s: CPUs %#x are busy, and should be %#x", when, busy, expected);
}

static int check_preferred(struct vm *vm, const char *expected, const char *when)
{
	struct reply reply;
	int ret;

	if (vm__ask(vm, &reply, "get " PREFERRED))
		return EXIT_FAIL;
	reply.text[strcspn(reply.text, "\n")] = '\0';
	ret = strcmp(reply.text, expected) ?
	      fail("%s: CPUs %s are preferred, and should be %s", when, reply.text, expected) : 0;
	free(reply.text);
	return ret;
}

static int start_spins(struct vm *vm, int count, const char *prefix)
{
	int i, ret = 0;

	for (i = 0; !ret && i < count; i++)
		ret = vm__do(vm, "bg %s sh -c '" SPIN "'", prefix);
	return ret;
}

/* The columns of the times of a round */
enum {
	DECIDED,
	EMPTIED,
	RETURNED,
	FILLED,
	TIMES
};

static const struct {
	const char *what;
	double limit_ms;
} times[TIMES] = {
	[DECIDED]  = { "decided to fold", FOLD_MS },
	[EMPTIED]  = { "empty", FOLD_MS },
	[RETURNED] = { "decided to return", UNFOLD_MS },
	[FILLED]   = { "filled", UNFOLD_MS + TURN_MS },
};

static double fold_ms(struct vm *vm, const char *what)
{
	return guest__figure(vm, GUEST_FILES "fold", what) / 1e6;
}

static int measure_round(struct vm *vm, double ms[][ROUNDS], int round)
{
	if (set_anew(vm, 4 * ONE) || vm__do(vm, "run sleep " PAUSE) ||
	    set_number(vm, 2 * ONE) || vm__do(vm, "run sleep " PAUSE))
		return EXIT_FAIL;
	ms[DECIDED][round] = fold_ms(vm, "decided_ns");
	ms[EMPTIED][round] = fold_ms(vm, "emptied_ns");
	if (set_number(vm, 4 * ONE) || vm__do(vm, "run sleep " PAUSE))
		return EXIT_FAIL;
	ms[RETURNED][round] = fold_ms(vm, "decided_ns");
	ms[FILLED][round] = fold_ms(vm, "filled_ns");
	return 0;
}

static int check_times(double *ms, const char *what, double limit_ms)
{
	double median = median_of(ms, ROUNDS);

	out__note("%s after %.2f ms (%.2f-%.2f)", what, median, ms[0], ms[ROUNDS - 1]);
	if (ms[0] <= 0)
		return fail("%s: no time", what);
	return median <= limit_ms || !times_mean_something() ? 0 :
	       fail_figure("%s after %.2f ms, and should be after %g", what, median, limit_ms);
}

/* Each round changes the number of vCPUs in use twice, at once. */
static int fold__times(struct vm *vm)
{
	double before = guest__figure(vm, GUEST_FILES "stats", "fold_changes");
	double ms[TIMES][ROUNDS], changes;
	int i, ret = 0;

	if (start_spins(vm, vm->vcpus, ""))
		return EXIT_FAIL;
	for (i = 0; i < ROUNDS; i++)
		if (measure_round(vm, ms, i))
			return fail("the guest does not say how fast it folds");
	changes = guest__figure(vm, GUEST_FILES "stats", "fold_changes") - before;
	if (before < 0 || changes < 2 * ROUNDS)
		return fail("%g changes, and should be %d", changes, 2 * ROUNDS);
	for (i = 0; i < TIMES; i++)
		ret |= check_times(ms[i], times[i].what, times[i].limit_ms);
	return vm__do(vm, "kill") || ret ? EXIT_FAIL : 0;
}

/* All tasks leave, at once, and come back. With the part off nothing moves. */
static int fold__follow(struct vm *vm)
{
	if (set_anew(vm, 4 * ONE) || start_spins(vm, vm->vcpus, "") ||
	    check_busy(vm, 0xf, "unfolded") ||
	    set_number(vm, 2 * ONE) || check_busy(vm, 0x3, "folded") ||
	    check_preferred(vm, "0-1", "folded") ||
	    set_number(vm, 4 * ONE) || check_busy(vm, 0xf, "back"))
		return EXIT_FAIL;
	if (vm__do(vm, "set " GUEST_FOLD " N") || set_number(vm, 2 * ONE) ||
	    check_busy(vm, 0xf, "switched off") || check_preferred(vm, "0-3", "switched off"))
		return EXIT_FAIL;
	if (vm__do(vm, "set " GUEST_FOLD " Y") || check_busy(vm, 0x3, "switched on") ||
	    vm__do(vm, "set " GUEST_FOLD " N") || check_busy(vm, 0xf, "switched off again"))
		return EXIT_FAIL;
	return vm__do(vm, "set " GUEST_FOLD " Y") || vm__do(vm, "kill") ? EXIT_FAIL : 0;
}

/* Of all loads that run */
static int set_affinity(struct vm *vm, const char *mask)
{
	return vm__do(vm, "run for p in $(pidof sh); do taskset -p %s $p; done", mask);
}

/* What may run on folded CPUs only runs there, and leaves once it may. */
static int fold__affinity(struct vm *vm)
{
	if (set_anew(vm, 2 * ONE) || start_spins(vm, 1, "taskset 8") ||
	    check_busy(vm, 0x8, "pinned to a folded CPU"))
		return EXIT_FAIL;
	if (start_spins(vm, 2, "taskset c") || check_busy(vm, 0xc, "pinned to both folded CPUs"))
		return EXIT_FAIL;
	/* They may not use the two others: one of their own is too few. */
	if (set_anew(vm, 3 * ONE) || check_busy(vm, 0xc, "pinned to a folded CPU and another"))
		return EXIT_FAIL;
	if (set_affinity(vm, "8") || check_busy(vm, 0x8, "both pinned to the folded one") ||
	    set_affinity(vm, "c") || check_busy(vm, 0xc, "apart again") || set_anew(vm, 2 * ONE))
		return EXIT_FAIL;
	if (set_affinity(vm, "f") || check_busy(vm, 0x3, "free again"))
		return EXIT_FAIL;
	return vm__do(vm, "kill") ? EXIT_FAIL : 0;
}

/* Realtime tasks go where they would. */
static int fold__realtime(struct vm *vm)
{
	if (start_spins(vm, 1, "chrt -f 1 taskset 4") || start_spins(vm, 4, "") ||
	    check_busy(vm, 0x7, "a realtime task on a folded CPU"))
		return EXIT_FAIL;
	return vm__do(vm, "kill") ? EXIT_FAIL : 0;
}

#define PART		"/sys/fs/cgroup/part"

/* A partition of folded CPUs works as if they were not. */
static int fold__partition(struct vm *vm)
{
	if (vm__do(vm, "run echo +cpuset > /sys/fs/cgroup/cgroup.subtree_control && "
		   "mkdir " PART " && echo 2-3 > " PART "/cpuset.cpus && "
		   "echo root > " PART "/cpuset.cpus.partition && "
		   "grep -qx root " PART "/cpuset.cpus.partition"))
		return fail("the guest makes no partition");
	if (start_spins(vm, 1, "echo 0 > " PART "/cgroup.procs; ") ||
	    start_spins(vm, 1, "echo 0 > " PART "/cgroup.procs; ") ||
	    start_spins(vm, 2, "") || check_busy(vm, 0xf, "a partition of folded CPUs"))
		return EXIT_FAIL;
	if (vm__do(vm, "kill") || vm__do(vm, "run rmdir " PART))
		return EXIT_FAIL;
	return 0;
}

/* A CPU that goes is replaced, and one that comes back takes its place. */
static int fold__hotplug(struct vm *vm)
{
	int i;

	if (set_anew(vm, 2 * ONE) || start_spins(vm, vm->vcpus, "") ||
	    vm__do(vm, "set " GUEST_CPU "1/online 0") ||
	    check_busy(vm, 0x5, "CPU 1 is gone") || check_preferred(vm, "0,2", "CPU 1 is gone") ||
	    vm__do(vm, "set " GUEST_CPU "1/online 1") || check_busy(vm, 0x3, "CPU 1 is back"))
		return EXIT_FAIL;
	for (i = 0; i < 6; i++) {
		if (vm__do(vm, "set " GUEST_CPU "%d/online 0", 1 + i % 3) ||
		    set_number(vm, (1 + i % 4) * ONE) ||
		    vm__do(vm, "set " GUEST_CPU "%d/online 1", 1 + i % 3))
			return fail("CPU %d did not go and come back", 1 + i % 3);
	}
	return vm__do(vm, "kill") ? EXIT_FAIL : 0;
}

/* Numbers that make no sense cost no task its progress, and change little. */
static int fold__wrong(struct vm *vm)
{
	double before, changes;

	if (start_spins(vm, vm->vcpus, "") || set_anew(vm, 1) ||
	    check_busy(vm, 0x1, "a number of 1/1024") || set_number(vm, 0xffffffffUL) ||
	    check_busy(vm, 0xf, "a number of 4 million") || vm__do(vm, "kill"))
		return EXIT_FAIL;
	before = guest__figure(vm, GUEST_FILES "stats", "fold_changes");
	if (load__start(vm) ||
	    vm__do(vm, "run i=0; while [ $i -lt 500 ]; do echo 1 > " NUMBER "; "
		   "echo 99999 > " NUMBER "; i=$((i + 1)); done") || vm__do(vm, "kill"))
		return fail("the load ended");
	changes = guest__figure(vm, GUEST_FILES "stats", "fold_changes") - before;
	out__note("%g changes of 1000 that were asked for", changes);
	return before >= 0 && changes <= 100 ? 0 : fail("%g changes", changes);
}

static int fold__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int ret;

	if (vm->vcpus != 4)
		return fail("made for 4 vCPUs, not %d", vm->vcpus);
	ret = fold__follow(vm) || fold__times(vm) || fold__affinity(vm) || fold__realtime(vm) ||
	      fold__partition(vm) || fold__hotplug(vm) || fold__wrong(vm);
	return set_number(vm, 0) || ret ? EXIT_FAIL : load__check(set);
}

const struct test test_fold = {
	.name = "fold",
	.vms = 1,
	.factor = 2,
	.seconds = 900,
	.needs = NEED_PVSCHED,
	.run = fold__run,
};
