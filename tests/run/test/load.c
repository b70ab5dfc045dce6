// SPDX-License-Identifier: GPL-2.0
/*
 * ebizzy with small records, in a window of its own or in the background.
 */
#include "../bench/bench.h"
#include "../out.h"
#include "fail.h"
#include "load.h"
#include "states.h"

/*
 * Shootdowns all the time, for little: in an emulator with shadow page tables
 * the page faults of a large record may not come to an end before the next one.
 */
#define LOAD	"/bin/ebizzy -m -s 8192 "

const struct bench load = {
	.name = "load", .command = LOAD "-t %v -S %s", .output = { EBIZZY_RECORDS }
};

int load__start(struct vm *vm)
{
	return vm__do(vm, "bg " LOAD "-t %d -S 100000", vm->vcpus);
}

int load__check(struct vm_set *set)
{
	const struct value *asked;
	struct window w;

	if (vm__do(&set->vm[0], "kill"))
		return fail("the load had ended");
	if (window__run(set, &load, &states[ON], &w, false))
		return fail("the workload did not run");
	asked = values__find(&w.all, "yields_asked");
	if (!asked || !asked->value)
		return fail("no more yields afterwards");
	out__note("afterwards: %g records/s, %g yields asked", w.all.v[0].value, asked->value);
	return EXIT_PASS;
}
