// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs of the guest go and come back while it is busy.
 */
#include "../out.h"
#include "fail.h"
#include "guest.h"
#include "load.h"
#include "test.h"

#define HOTPLUGS	20

static int hotplug__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];
	int i, cpu;

	if (load__start(vm))
		return EXIT_FAIL;
	for (i = 0; i < HOTPLUGS; i++) {
		cpu = 1 + i % (vm->vcpus - 1);
		if (vm__do(vm, "set " GUEST_CPU "%d/online 0", cpu) ||
		    vm__do(vm, "set " GUEST_CPU "%d/online 1", cpu))
			return fail("CPU %d did not go and come back", cpu);
		out__note("CPU %d went and came back", cpu);
	}
	return load__check(set);
}

const struct test test_hotplug = {
	.name = "hotplug",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = hotplug__run,
};
