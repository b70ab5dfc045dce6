// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of tests, and how they are run.
 *
 * A test that cannot run here is skipped with the reason. Missing data is a
 * failure, and so is a warning in a kernel log.
 */
#include <string.h>

#include "../clock.h"
#include "../file.h"
#include "../log.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../qemu.h"
#include "fail.h"
#include "faults.h"
#include "states.h"
#include "test.h"

/* Of a test when the emulator loses its VM, and when figures are out of bounds */
#define TRIES			3
#define TRIES_OF_FIGURES	2
/* CPUs that are possible where a test needs many */
#define MANY	144

#define AVIC	"/sys/module/kvm_amd/parameters/avic"

static const struct test *const tests[] = {
#define TEST(name)	&test_##name,
#include "list.h"
#undef TEST
};

void test__list(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		out__line("test %s: %d VMs of %d vCPUs a CPU, at most %d s%s",
			  tests[i]->name, tests[i]->vms, tests[i]->factor,
			  tests[i]->seconds, tests[i]->needs & EXTRA ? "; not one of all" : "");
}

static const struct test *test__find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (!strcmp(tests[i]->name, name))
			return tests[i];
	return NULL;
}

/* What this host lacks for @test, or NULL. */
static const char *test__lacks(const struct test *test)
{
	if ((test->needs & NEED_PVSCHED) && !parts__host_has())
		return "the host kernel has no pvsched";
	if ((test->needs & NEED_FAULTS) && !faults__exist())
		return "the host kernel has no CONFIG_FAULT_INJECTION_DEBUG_FS";
	return NULL;
}

/* What the processor lacks for @test, which is no fault of the kernel, or NULL. */
static const char *processor__lacks(const struct test *test)
{
	char avic[8] = "";

	if (!(test->needs & NEED_AVIC))
		return NULL;
	if (file__read(AVIC, avic, sizeof(avic)))
		return "KVM for AMD is not loaded";
	return *avic == 'Y' ? NULL : "this processor, or its emulator, has no AVIC";
}

/* Those of the last test, and whether it left them to the next one. */
static struct vm_set vms;
static bool vms_left;

/* Whether a kernel complained in the last try */
static bool warned;

static int test__init_vms(const struct test *test)
{
	int i;

	if (vms_left)
		return 0;
	memset(&vms, 0, sizeof(vms));
	if (test->vms && vms__init(&vms, test->vms, test->factor * opt.pcpus, 0))
		return -1;
	for (i = 0; i < vms.count && test->needs & MANY_CPUS; i++)
		vms.vm[i].possible = MANY;
	return 0;
}

/* To boot takes long in an emulator: may @next go on in the VMs of @test? */
static bool test__leaves_vms(const struct test *test, const struct test *next)
{
	if (!next || test__lacks(next) || processor__lacks(next) || (test->needs & ENDS) || (next->needs & NEED_BOOT))
		return false;
	return test->vms && test->vms == next->vms && test->factor == next->factor &&
	       !((test->needs ^ next->needs) & MANY_CPUS);
}

static int test__in_vms(const struct test *test, const struct test *next)
{
	const struct profile boot = { .boot.cpu = test->cpu };
	int ret;

	clock__limit(test->seconds);
	ret = vms_left ? profile__apply(&states[ON], &vms) : profile__start(&boot, &vms);
	ret = ret ? EXIT_FAIL : test->run(&vms);
	vms_left = !ret && test__leaves_vms(test, next);
	if (!vms_left)
		vms__stop(&vms);
	warned = log__check(&vms);
	if (warned)
		ret = fail("warnings in the kernel logs, see above");
	if (!vms_left)
		vms__remove(&vms);
	return ret;
}

/*
 * An emulator in real time may lose a VM, on a machine that is short of CPU.
 * That says nothing of the test; it is noted, and the test is run again. A kernel
 * that complained before is not lost by the emulator.
 */
static bool emulator__lost(void)
{
	int i;

	for (i = 0; !strcmp(opt.lab, "tcg") && !warned && i < vms.count; i++)
		if (vms.vm[i].lost)
			return true;
	return false;
}

/* Whether to run a test that failed again, and why. */
static const char *test__excuse(int try)
{
	if (try < TRIES && emulator__lost())
		return "the emulator lost a VM";
	if (try < TRIES_OF_FIGURES && fails__are_figures())
		return "figures out of bounds";
	return NULL;
}

static int test__try(const struct test *test, const struct test *next)
{
	const char *excuse;
	int try, ret;

	for (try = 1; ; try++) {
		fails__begin();
		if (test__init_vms(test))
			return EXIT_FAIL;
		ret = test__in_vms(test, next);
		excuse = ret ? test__excuse(try) : NULL;
		if (!excuse)
			return ret;
		out__note("%s: %s in try %d, running it again", test->name, excuse, try);
	}
}

/*
 * In an emulated lab the host kernel is ours to choose, and one that lacks
 * something is a broken build. On a user's machine it is a reason to skip.
 */
static int test__run(const struct test *test, const struct test *next, int number)
{
	const char *lacks = test__lacks(test), *processor = processor__lacks(test);
	double start = now();
	int ret;

	if (processor || (lacks && !strcmp(opt.lab, "metal"))) {
		out__line("ok %d %s # SKIP %s", number, test->name, processor ?: lacks);
		return EXIT_SKIP;
	}
	ret = lacks ? fail("%s", lacks) : test__try(test, next);
	out__note("%s took %.1f s", test->name, now() - start);
	out__line("%sok %d %s", ret ? "not " : "", number, test->name);
	return ret;
}

static int test__dry_run(const struct test *test)
{
	out__note("%s", test->name);
	if (test__init_vms(test))
		return EXIT_FAIL;
	qemu__print(&vms, NULL);
	return EXIT_PASS;
}

/* Is it one of "all"? */
static bool test__is_usual(const struct test *test)
{
	return !(test->needs & EXTRA) && (times_mean_something() || !(test->needs & NEED_TIME));
}

/* The tests called for, or NULL when a name is unknown. */
static const struct test **test__choose(int argc, char **argv, int *count)
{
	static const struct test *chosen[64];	/* ends with NULL */
	int i;

	*count = 0;
	if (argc == 2 && !strcmp(argv[1], "all")) {
		for (i = 0; i < (int)ARRAY_SIZE(tests); i++)
			if (test__is_usual(tests[i]))
				chosen[(*count)++] = tests[i];
		return chosen;
	}
	for (i = 1; i < argc && i < (int)ARRAY_SIZE(chosen) - 1; i++) {
		chosen[(*count)++] = test__find(argv[i]);
		if (!chosen[i - 1])
			return NULL;
	}
	return *count ? chosen : NULL;
}

int test__main(int argc, char **argv)
{
	int i, count, failed = 0, skipped = 0;
	const struct test **chosen;

	chosen = test__choose(argc, argv, &count);
	if (!chosen || states__init()) {
		out__error("test needs names of tests, or all; see pvrun --list (make list)");
		return EXIT_FAIL;
	}
	if (!opt.dry_run)
		out__line("KTAP version 1\n1..%d", count);
	for (i = 0; i < count; i++) {
		int ret = opt.dry_run ? test__dry_run(chosen[i]) :
					test__run(chosen[i], chosen[i + 1], i + 1);

		failed += ret == EXIT_FAIL;
		skipped += ret == EXIT_SKIP;
	}
	if (failed)
		return EXIT_FAIL;
	return skipped == count ? EXIT_SKIP : EXIT_PASS;
}
