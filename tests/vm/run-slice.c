// SPDX-License-Identifier: GPL-2.0
/*
 * Slices: two tiny VMs share all CPUs, and their vCPUs are switched less often
 * with the longer slices of pvsched than with the base's, which are measured
 * first: a switch that does nothing does not pass. Where times mean nothing
 * the vCPUs only have to run.
 */
#include <stdio.h>
#include <unistd.h>

#include "run.h"

#define SWITCH		HOST_DIR "pvsched_slice"
#define SETTLE_US	300000
#define MAX_RATIO	0.75

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

static int slices__compare(const struct tiny *tiny)
{
	double base, ours;

	if (slices__measure(tiny, "N", &base) || slices__measure(tiny, "Y", &ours))
		return EXIT_FAIL;
	out__note("%.0f slices of the base's length, %.0f of ours", base, ours);
	if (ours <= base * MAX_RATIO || !times_mean_something())
		return EXIT_PASS;
	out__note("FAIL: the slices of vCPUs are not longer");
	return EXIT_FAIL;
}

int slice__test(void)
{
	struct tiny vm[2];
	int ret;

	if (tiny__start(&vm[0], opt.pcpus, false))
		return EXIT_FAIL;
	if (tiny__start(&vm[1], opt.pcpus, false)) {
		tiny__stop(&vm[0]);
		return EXIT_FAIL;
	}
	ret = slices__compare(&vm[0]);
	return tiny__stop(&vm[0]) || tiny__stop(&vm[1]) ? EXIT_FAIL : ret;
}
