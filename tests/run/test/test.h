/* SPDX-License-Identifier: GPL-2.0 */
/*
 * test: tests of host and guest together, with KTAP output.
 */
#ifndef PVRUN_TEST_H
#define PVRUN_TEST_H

#include "../common.h"
#include "../vm.h"

/* What a test needs from the host, and whether it is one of "all". */
#define NEED_PVSCHED		(1 << 0)
#define NEED_FAULTS		(1 << 1)
#define NEED_TIME		(1 << 2)	/* or it is not */
#define EXTRA			(1 << 3)	/* it never is */
/* It needs VMs that just booted; it leaves none that the next test could use. */
#define NEED_BOOT		(1 << 4)
#define ENDS			(1 << 5)
/* So many CPUs are possible that some would share a code in a lock word. */
#define MANY_CPUS		(1 << 6)
#define NEED_AVIC		(1 << 7)	/* of the processor, and used by KVM */

struct test {
	const char *name;
	int vms;		/* that it runs in */
	int factor;		/* vCPUs of each, for each host CPU */
	int seconds;		/* that it may take */
	int needs;
	const char *cpu;	/* properties of the VM's CPUs, or NULL */
	int (*run)(struct vm_set *set);		/* EXIT_PASS or EXIT_FAIL */
};

#define TEST(name)	extern const struct test test_##name;
#include "list.h"
#undef TEST

void test__list(void);

/* test NAME... */
int test__main(int argc, char **argv);

#endif
