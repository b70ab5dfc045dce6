// SPDX-License-Identifier: GPL-2.0
/*
 * Suspend to memory: every vCPU takes its record of steal time down before it goes,
 * and registers one when it is back.
 */
#include "../out.h"
#include "fail.h"
#include "load.h"
#include "records.h"
#include "test.h"

#define SUSPENDS	2

/*
 * Every vCPU takes its record of steal time down before it goes, and registers
 * one when it is back.
 */
static int check_records(struct vm_set *set, const char *what, int count)
{
	int down, up;

	if (records__count(&down, &up))
		return EXIT_FAIL;
	out__note("%s: %d records of steal time went, %d came", what, down, up);
	return down == count && up == count ? EXIT_PASS :
		fail("%s: %d should have gone and come of %d vCPUs", what, count,
		     set->vm[0].vcpus);
}

static int suspend__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int i;

	if (load__start(vm) || records__watch() || vm__do(vm, "run sleep 1") ||
	    check_records(set, "awake", 0) || records__watch())
		return EXIT_FAIL;
	for (i = 1; i <= SUSPENDS; i++) {
		if (vm__suspend(vm))
			return fail("suspend %d of %d did not work", i, SUSPENDS);
		out__note("slept and woke up %d of %d times", i, SUSPENDS);
	}
	return check_records(set, "suspended", SUSPENDS * vm->vcpus) || load__check(set);
}

const struct test test_suspend = {
	.name = "suspend",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = suspend__run,
};
