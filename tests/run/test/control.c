// SPDX-License-Identifier: GPL-2.0
/*
 * The host drops every yield. The test passes only if the check of yield-directed
 * then fails.
 */
#include "../out.h"
#include "behaviour.h"
#include "fail.h"
#include "faults.h"
#include "states.h"
#include "test.h"

static int control__run(struct vm_set *set)
{
	struct behaviour b[2];
	const char *wrong;
	int ret;

	ret = faults__set("100");
	if (!ret)
		ret = behaviour__measure(set, b);
	ret |= faults__set("0");
	if (ret)
		return EXIT_FAIL;
	if (!b[ON].asked)
		return fail("no yield was asked for, so none was dropped");
	wrong = behaviour__judge(b);
	if (!wrong)
		return fail("the host drops all yields, and the check does not notice");
	out__note("the check notices: %s", wrong);
	return EXIT_PASS;
}

const struct test test_control = {
	.name = "control",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED | NEED_FAULTS | NEED_TIME,
	.run = control__run,
};
