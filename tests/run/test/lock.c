// SPDX-License-Identifier: GPL-2.0
/*
 * The spinlock: heads of the queue that are off CPU are yielded to, and nothing is
 * lost while parts, CPUs and yields come and go.
 */
#include "../bench/bench.h"
#include "../out.h"
#include "fail.h"
#include "faults.h"
#include "guest.h"
#include "test.h"

#define GUEST_LOCK	GUEST_DIR "lock"
#define GUEST_LOCKTEST	GUEST_FILES "locktest"
#define LOCK_ROUNDS	12

/* The counter @name of all VMs while locktest ran once, or -1. */
static double lock__count(struct vm_set *set, bool on, const char *name)
{
	static const struct bench locktest = {
		.name = "locktest",
		.command = "echo 0 100 100 1 1000 > " GUEST_LOCKTEST " && cat " GUEST_LOCKTEST,
		.output = { { "acquisitions_per_s #", "acquisitions_per_s", "1/s", TOTAL_SUM } }
	};
	const struct value *v;
	struct window w;

	if (vm__do(&set->vm[0], "set " GUEST_LOCK " %c", on ? 'Y' : 'N') ||
	    window__run(set, &locktest, NULL, &w, false))
		return -1;
	v = values__find(&w.all, name);
	if (v)
		out__note("part lock %s: %g acquisitions/s, %s %g", on ? "on" : "off",
			  w.all.v[0].value, name, v->value);
	return v ? v->value : -1;
}

/* While on, heads that are off CPU are yielded to; while off, never. */
static int check_lock_yields(struct vm_set *set)
{
	if (lock__count(set, true, "lock_head_yields") <= 0)
		return fail("no yield to the head of a lock with the part on");
	if (lock__count(set, false, "lock_head_yields") != 0)
		return fail("yields to the head of a lock with the part off, or no counter");
	return EXIT_PASS;
}

/*
 * Our own torture: one lock, all vCPUs, one of them gone now and then, the part
 * switched, and half of the yields dropped. locktest itself notices two holders.
 */
static int lock__disturb(struct vm *vm)
{
	int i, cpu;

	if (vm__do(vm, "bg while :; do echo %d 50 50 1 400 > %s || exit 1; done",
		   vm->vcpus, GUEST_LOCKTEST))
		return EXIT_FAIL;
	for (i = 0; i < LOCK_ROUNDS; i++) {
		cpu = 1 + i % (vm->vcpus - 1);
		if (vm__do(vm, "set " GUEST_CPU "%d/online 0", cpu) ||
		    vm__do(vm, "set " GUEST_LOCK " %c", i % 3 ? 'Y' : 'N') ||
		    vm__do(vm, "set " GUEST_CPU "%d/online 1", cpu))
			return fail("round %d of %d did not work", i + 1, LOCK_ROUNDS);
	}
	return vm__do(vm, "kill") ? fail("locktest found damage, or ended") : EXIT_PASS;
}

static int lock__run(struct vm_set *set)
{
	int ret = faults__set("50");

	if (!ret)
		ret = lock__disturb(&set->vm[0]);
	return faults__set("0") || ret ? EXIT_FAIL : check_lock_yields(set);
}

const struct test test_lock = {
	.name = "lock",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED | NEED_FAULTS,
	.run = lock__run,
};
