// SPDX-License-Identifier: GPL-2.0
/*
 * All parts go off and on while the guest is busy.
 */
#include "../out.h"
#include "../profile.h"
#include "fail.h"
#include "load.h"
#include "states.h"
#include "test.h"

#define SWITCHES	40

static int switch__run(struct vm_set *set)
{
	int i;

	if (load__start(&set->vm[0]))
		return EXIT_FAIL;
	for (i = 1; i <= SWITCHES; i++) {
		if (profile__apply(&states[i % 2], set))
			return fail("switch %d of %d did not work", i, SWITCHES);
		if (i % 10 == 0)
			out__note("switched %d of %d times", i, SWITCHES);
	}
	return load__check(set);
}

const struct test test_switch = {
	.name = "switch",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = switch__run,
};
