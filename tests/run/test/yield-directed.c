// SPDX-License-Identifier: GPL-2.0
/*
 * With the part on, senders of IPIs yield to their targets and wait for less long.
 */
#include "behaviour.h"
#include "fail.h"
#include "states.h"
#include "test.h"

static int yield_directed__run(struct vm_set *set)
{
	struct behaviour b[2];
	const char *wrong;

	if (behaviour__measure(set, b))
		return EXIT_FAIL;
	wrong = behaviour__judge(b);
	if (!wrong)
		return EXIT_PASS;
	return b[OFF].asked || b[OFF].directed ? fail("%s", wrong) : fail_figure("%s", wrong);
}

const struct test test_yield_directed = {
	.name = "yield-directed",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED | NEED_TIME,
	.run = yield_directed__run,
};
