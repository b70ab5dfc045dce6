// SPDX-License-Identifier: GPL-2.0
/*
 * A guest finds everything that the host offers, and has counters.
 */
#include "../stats.h"
#include "fail.h"
#include "guest.h"
#include "test.h"

static int boot__run(struct vm_set *set)
{
	struct values vs;

	if (guest__check_offer(&set->vm[0]))
		return EXIT_FAIL;
	if (stats__read(&set->vm[0], &vs))
		return fail("no counters");
	return EXIT_PASS;
}

const struct test test_boot = {
	.name = "boot",
	.vms = 1,
	.factor = 2,
	.seconds = 300,
	.needs = NEED_PVSCHED | NEED_BOOT,
	.run = boot__run,
};
