// SPDX-License-Identifier: GPL-2.0
/*
 * A VM under load moves to another QEMU, whose host offers what this one does, or
 * nothing, as a host without pvsched: there the guest falls back to the base's yields, and
 * comes back on the next move. Every third move is by way of a file.
 *
 * A timer, a lock and the load must go on after each move: an interrupt or a timer that is
 * lost on the way is missed for good.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../clock.h"
#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../stats.h"
#include "fail.h"
#include "guest.h"
#include "load.h"
#include "test.h"

/* A move takes long where the guest changes its memory faster than that is sent. */
#define MOVES		(times_mean_something() ? 4 : 10)
#define STATS		GUEST_FILES "stats"
#define LOCKTEST	GUEST_FILES "locktest"
#define TICKS		"/tmp/ticks"
#define TIMER		"sh -c 'i=0; while usleep 5000; do i=$((i + 1)); echo ticks $i > " TICKS "; done'"

/* A guest that was refused asks again after a second; both take a while on a busy host. */
#define COME_BACK	3.0

/* With these off the host offers nothing, and answers nothing. */
static const char *const offers[] = {
	HOST_DIR "pvsched_yield", HOST_DIR "pvsched_off_cpu", HOST_DIR "pvsched_capacity",
};

static const struct vm_boot boot = { .cpu = "invtsc=off" };

static int host__offer(bool all)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offers); i++)
		if (file__write(offers[i], all ? "Y" : "N"))
			return fail("cannot write %s", offers[i]);
	return EXIT_PASS;
}

/* Wait until a counter of KVM's grows. */
static int await_counter(struct vm *vm, const char *name, double seconds)
{
	double end = clock__deadline(seconds), before, value;

	if (stats__counter(vm->pid, name, &before))
		return EXIT_FAIL;
	do {
		usleep(50000);
		if (stats__counter(vm->pid, name, &value))
			return EXIT_FAIL;
	} while (value <= before && now() < end);
	if (value > before)
		return EXIT_PASS;
	out__note("the guest made %g yields, of which %g were refused",
		  guest__figure(vm, STATS, "hypercalls"),
		  guest__figure(vm, STATS, "hypercalls_refused"));
	return fail("%s does not grow", name);
}

/* Time goes on, and the lock. */
static int check_progress(struct vm *vm)
{
	double before = guest__figure(vm, TICKS, "ticks"), after;

	if (vm__do(vm, "run echo 0 200 400 1 100 > " LOCKTEST) || vm__do(vm, "run sleep 0.1"))
		return fail("the guest does not go on");
	after = guest__figure(vm, TICKS, "ticks");
	if (before < 0 || after <= before)
		return fail("a timer is lost: %g ticks, then %g", before, after);
	return guest__figure(vm, LOCKTEST, "acquisitions_per_s") > 0 ? EXIT_PASS :
	       fail("the lock does not go on");
}

/* The guest is refused, and asks again once a second at most. */
static int check_refused(struct vm *vm, double before, double start)
{
	double end = clock__deadline(COME_BACK), after;

	do {
		usleep(50000);
		after = guest__figure(vm, STATS, "hypercalls_refused");
	} while (after <= before && now() < end);
	if (after <= before)
		return fail("no yield was refused: %g, then %g", before, after);
	/* Each vCPU may have asked before the first of them was refused. */
	if (times_mean_something() && after - before > vm->vcpus * (now() - start + 2))
		return fail("%g yields refused in %.1f s", after - before, now() - start);
	return EXIT_PASS;
}

static int move(struct vm *vm, bool by_file, bool offered)
{
	double refused = guest__figure(vm, STATS, "hypercalls_refused"), start = now();

	if (host__offer(offered) ||
	    (by_file ? vm__save_and_restore(vm, &boot) : vm__migrate(vm, &boot)))
		return fail("the VM did not move");
	out__note("moved %s in %.1f s, to a host that offers %s", by_file ? "by file" : "live",
		  now() - start, offered ? "all" : "nothing");
	if (check_progress(vm))
		return EXIT_FAIL;
	return offered ? await_counter(vm, "pvsched_yield_directed", COME_BACK) :
			 check_refused(vm, refused, start);
}

static int migrate__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int i, ret = 0;

	/* A guest that is folded has no reason to yield. */
	if (vm__do(vm, "set " GUEST_DIR "fold N") || load__start(vm) || vm__do(vm, "bg " TIMER) ||
	    vm__do(vm, "run sleep 0.2") || check_progress(vm))
		return EXIT_FAIL;
	for (i = 1; !ret && i <= MOVES; i++)
		ret = move(vm, i % 3 == 0, i % 2 == 0);
	if (host__offer(true))
		return EXIT_FAIL;
	return ret ? fail("move %d of %d", i - 1, MOVES) : load__check(set);
}

const struct test test_migrate = {
	.name = "migrate",
	.vms = 1,
	.factor = 2,
	.seconds = 900,
	.needs = NEED_PVSCHED | NEED_BOOT | ENDS,
	.cpu = "invtsc=off",
	.run = migrate__run,
};
