// SPDX-License-Identifier: GPL-2.0
/*
 * The kernels of "make check-debug" are what they are called: preemptible, with
 * their own checks on, and KVM as modules. Then the spinlock, under lockdep, with
 * so many possible CPUs that some share a code in a lock word.
 */
#include <unistd.h>

#include "../proc.h"
#include "fail.h"
#include "test.h"

/* Lockdep switches itself off when it has found something. */
#define LOCKDEP_IS_ON	"grep -q 'debug_locks: *1$' /proc/lockdep_stats"
#define IS_PREEMPTIBLE	"grep -qF '(full)' /sys/kernel/debug/sched/preempt"
#define KVM_IS_MODULE	"/sys/module/kvm/initstate"

static void output__drop(void *arg, const char *line)
{
	(void)arg;
	(void)line;
}

/* What @command looks for is to be found in host and guest. */
static int check_both(struct vm *vm, const char *command)
{
	if (proc__run(command, 10, output__drop, NULL))
		return fail("not in this host: %s; is its kernel that of make check-debug?", command);
	if (vm__do(vm, "run %s", command))
		return fail("not in this guest: %s; is its kernel that of make check-debug?", command);
	return EXIT_PASS;
}

static int check_modules(void)
{
	return access(KVM_IS_MODULE, F_OK) ? fail("KVM is not a module of this host") : EXIT_PASS;
}

static int check_possible(struct vm *vm)
{
	if (vm__do(vm, "run grep -qx 0-%d /sys/devices/system/cpu/possible", vm->possible - 1))
		return fail("%d CPUs should be possible in the guest", vm->possible);
	return EXIT_PASS;
}

static int checks__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];

	if (check_modules() || check_both(vm, IS_PREEMPTIBLE) || check_both(vm, LOCKDEP_IS_ON) ||
	    check_possible(vm) || test_lock.run(set) || test_locktorture.run(set))
		return EXIT_FAIL;
	return check_both(vm, LOCKDEP_IS_ON);
}

const struct test test_checks = {
	.name = "checks",
	.vms = 1,
	.factor = 2,
	.seconds = 1500,
	.needs = NEED_PVSCHED | NEED_FAULTS | EXTRA | MANY_CPUS,
	.run = checks__run,
};
