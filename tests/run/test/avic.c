// SPDX-License-Identifier: GPL-2.0
/*
 * A guest is busy while parts go off and on, on a host that uses AVIC: the
 * processor delivers interrupts to vCPUs that run.
 */
#include "test.h"

static int avic__run(struct vm_set *set)
{
	return test_switch.run(set);
}

const struct test test_avic = {
	.name = "avic",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED | EXTRA | NEED_AVIC,
	.run = avic__run,
};
