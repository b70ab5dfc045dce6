// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that another one started registers anew.
 */
#include "fail.h"
#include "test.h"

/*
 * The guest's own files, packed once more, are the next kernel's, without those
 * that it does not need. Nothing is hashed before the jump and after it, which
 * takes longer than all else.
 */
#define KEXEC_FILES	"find . -xdev ! -path './tmp/*' ! -path './boot/*' ! -path './modules/*'"
#define KEXEC_LOAD	"cd / && " KEXEC_FILES " | cpio -o -H newc > /tmp/next.cpio && "	\
			"kexec -l --no-checks /boot/guest --initrd=/tmp/next.cpio --reuse-cmdline"

/*
 * Registrations that outlive a kernel would have the host write into the memory
 * of the next one.
 */
static int kexec__run(struct vm_set *set)
{
	struct vm *vm = &set->vm[0];

	if (vm__do(vm, "run touch /tmp/before") || vm__do(vm, "run " KEXEC_LOAD) ||
	    vm__do(vm, "bg kexec -e") || vm__await_restart(vm))
		return fail("the next kernel does not come up");
	if (vm__do(vm, "run test ! -e /tmp/before"))
		return fail("the kernel is still the first one");
	return test_boot.run(set);
}

const struct test test_kexec = {
	.name = "kexec",
	.vms = 1,
	.factor = 2,
	.seconds = 600,
	.needs = NEED_PVSCHED,
	.run = kexec__run,
};
