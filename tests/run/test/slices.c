// SPDX-License-Identifier: GPL-2.0
/*
 * Slices: the scheduler switches vCPUs that share a CPU with a sibling less often
 * with pvsched's slices than with the base's, and vCPUs that share it with another
 * VM just as often. Both are measured with the part off first, so that a part
 * without effect fails, and so does one that makes all slices longer. Where times
 * mean nothing the vCPUs only have to run.
 */
#include <stdio.h>
#include <unistd.h>

#include "../file.h"
#include "../options.h"
#include "../out.h"
#include "../profile.h"
#include "../tiny.h"
#include "fail.h"
#include "states.h"
#include "test.h"

#define SWITCH		HOST_DIR "pvsched_slice"
#define SETTLE_US	300000
#define MAX_RATIO	0.75	/* beside a sibling */
#define MIN_RATIO	0.9	/* beside a stranger */

/* How often the vCPUs of a VM were given a CPU: the third number of schedstat. */
static int slices__count(const struct tiny *tiny, double *count)
{
	char path[64], text[64];
	double slices;
	int i;

	*count = 0;
	for (i = 0; i < tiny->vcpus; i++) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", tiny->pid,
			 tiny->shared->vcpu[i].tid);
		if (file__read(path, text, sizeof(text)) ||
		    sscanf(text, "%*f %*f %lf", &slices) != 1)
			return out__error("cannot read %s", path);
		*count += slices;
	}
	return 0;
}

static int slices__measure(const struct tiny *tiny, const char *on, double *slices)
{
	double before, after;

	if (file__write(SWITCH, on))
		return out__error("cannot write %s: %m", SWITCH);
	usleep(SETTLE_US);
	if (slices__count(tiny, &before))
		return -1;
	sleep(opt.seconds);
	if (slices__count(tiny, &after))
		return -1;
	*slices = after - before;
	return *slices ? 0 : out__error("a tiny VM did not run");
}

static int slices__compare(const struct tiny *tiny, const char *beside, double *ratio)
{
	double base, ours;

	if (slices__measure(tiny, "N", &base) || slices__measure(tiny, "Y", &ours))
		return -1;
	out__note("beside a %s: %.0f slices of the base's length, %.0f of ours", beside, base, ours);
	*ratio = ours / base;
	return 0;
}

/* A VM with two vCPUs for each CPU */
static int slices__beside_sibling(void)
{
	struct tiny vm;
	double ratio;
	int ret;

	if (tiny__start(&vm, 2 * opt.pcpus, TINY_POLITE))
		return EXIT_FAIL;
	ret = slices__compare(&vm, "sibling", &ratio);
	if (tiny__stop(&vm) || ret)
		return EXIT_FAIL;
	return ratio <= MAX_RATIO || !times_mean_something() ? EXIT_PASS :
	       fail_figure("the slices of siblings are not longer");
}

/* Two VMs with a vCPU for each CPU */
static int slices__beside_stranger(void)
{
	struct tiny vm[2];
	double ratio;
	int ret;

	if (tiny__start(&vm[0], opt.pcpus, TINY_POLITE))
		return EXIT_FAIL;
	if (tiny__start(&vm[1], opt.pcpus, TINY_POLITE)) {
		tiny__stop(&vm[0]);
		return EXIT_FAIL;
	}
	ret = slices__compare(&vm[0], "stranger", &ratio);
	if (tiny__stop(&vm[0]) || tiny__stop(&vm[1]) || ret)
		return EXIT_FAIL;
	return ratio >= MIN_RATIO || !times_mean_something() ? EXIT_PASS :
	       fail_figure("a stranger has to wait for longer slices");
}

static int slices__run(struct vm_set *set)
{
	int siblings;

	if (profile__apply(&states[ON], set))
		return EXIT_FAIL;
	siblings = slices__beside_sibling();
	return slices__beside_stranger() == EXIT_PASS ? siblings : EXIT_FAIL;
}

const struct test test_slices = {
	.name = "slices",
	.seconds = 300,
	.needs = NEED_PVSCHED | NEED_TIME,
	.run = slices__run,
};
