// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own torture of locks.
 */
#include <stdlib.h>
#include <string.h>

#include "../out.h"
#include "fail.h"
#include "test.h"

#define TORTURE_SECONDS	1

/*
 * The kernel's own torture of one kind of lock, with a writer for each vCPU, and
 * CPUs that come and go; but not where more are possible than are there, for it
 * brings those up, too, and dereferences NULL.
 */
static int torture__run(struct vm *vm, const char *type)
{
	struct reply reply;
	int ret;

	if (vm__do(vm, "run dmesg -c") ||
	    vm__do(vm, "run insmod /modules/torture.ko && insmod /modules/locktorture.ko torture_type=%s "
		   "nwriters_stress=%d stat_interval=0 onoff_interval=%d onoff_holdoff=1",
		   type, vm->vcpus, !vm->possible))
		return EXIT_FAIL;
	if (vm__do(vm, "run sleep %d", TORTURE_SECONDS) ||
	    vm__do(vm, "run rmmod locktorture && rmmod torture") ||
	    vm__ask(vm, &reply, "run dmesg"))
		return EXIT_FAIL;
	ret = strstr(reply.text, "End of test: SUCCESS") ? EXIT_PASS :
		fail("%s: no \"End of test: SUCCESS\": %.300s", type, reply.text);
	free(reply.text);
	out__note("locktorture of %s: %s", type, ret ? "failed" : "success");
	return ret;
}

/* Empties the guest's log, which the tests that follow may want to read. */
static int locktorture__run(struct vm_set *set)
{
	static const char *const types[] = {
		"spin_lock", "spin_lock_irq", "rw_lock", "rtmutex_lock",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (torture__run(&set->vm[0], types[i]))
			return EXIT_FAIL;
	return EXIT_PASS;
}

const struct test test_locktorture = {
	.name = "locktorture",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED | ENDS,
	.run = locktorture__run,
};
