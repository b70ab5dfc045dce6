// SPDX-License-Identifier: GPL-2.0
/*
 * Each hook of the host does its work: in a VM with more vCPUs than CPUs the counters
 * behind it grow, and stand still while everything is off. Most yields stick. A hook
 * that is not called any more, or a part without effect, fails here. Injection in place is
 * for pvsched_fast_test: an ordinary guest hardly ever interrupts itself.
 */
#include <stdio.h>

#include "../bench/bench.h"
#include "../options.h"
#include "../out.h"
#include "../stats.h"
#include "fail.h"
#include "states.h"
#include "test.h"

#define MAX_COUNTERS	8
#define MIN_STUCK	0.9

/*
 * Counters of which at least one grows. Pause-loop exits and exits handled early need
 * what the emulator of an AMD CPU does not have.
 */
static const struct hook {
	const char *does;
	bool precise;
	const char *counter[MAX_COUNTERS];
} hooks[] = {
	{ "answers yields", false, { "yield_asked" } },
	{ "directs yields", false, { "yield_directed" } },
	{ "runs the targets of yields", false, { "yield_stuck_hypercall" } },
	{ "chooses for vCPUs that halt", false, { "halt_pulled", "halt_directed" } },
	{ "chooses for vCPUs that spin", true,
	  { "yield_stuck_hinted", "yield_stuck_interrupt", "yield_stuck_irqs_off",
	    "yield_stuck_queued", "yield_stuck_kernel", "yield_stuck_any" } },
	{ "sends IPIs early", true, { "fast_icr", "fast_send_ipi" } },
	{ "starts timers early", true, { "fast_deadline" } },
};

struct count {
	double of[ARRAY_SIZE(hooks)];
};

static int count__read(struct vm *vm, struct count *count)
{
	const char *const *name;
	char file[64];
	double value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		count->of[i] = 0;
		for (name = hooks[i].counter; name < hooks[i].counter + MAX_COUNTERS && *name; name++) {
			snprintf(file, sizeof(file), "pvsched_%s", *name);
			if (stats__counter(vm->pid, file, &value))
				return -1;
			count->of[i] += value;
		}
	}
	return 0;
}

/* What was counted in a window of ebizzy in @state. */
static int count__window(struct vm_set *set, int state, struct count *count, struct window *w)
{
	struct count before;
	size_t i;

	if (profile__apply(&states[state], set) || count__read(&set->vm[0], &before) ||
	    window__run(set, &bench_ebizzy, &states[state], w, false) ||
	    count__read(&set->vm[0], count))
		return fail("no window with everything %s", states[state].name);
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		count->of[i] -= before.of[i];
	return 0;
}

static int counters__compare(const struct count *off, const struct count *on)
{
	int ret = EXIT_PASS;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].precise && !times_mean_something()) {
			out__note("not checked in this emulator: %s", hooks[i].does);
			continue;
		}
		out__note("%s: %.0f times, %.0f with everything off", hooks[i].does,
			  on->of[i], off->of[i]);
		if (!on->of[i])
			ret = fail_figure("never with everything on: the host %s", hooks[i].does);
		if (off->of[i])
			ret = fail("with everything off: the host %s", hooks[i].does);
	}
	return ret;
}

static int counters__stuck(const struct window *w)
{
	const struct value *stuck = values__find(&w->all, "yields_stuck");
	const struct value *ignored = values__find(&w->all, "yields_ignored");
	const struct value *bounced = values__find(&w->all, "yields_bounced");
	double share;

	if (!stuck || !ignored || !bounced)
		return fail("no outcomes of yields");
	share = stuck->value / (stuck->value + ignored->value + bounced->value);
	out__note("%.3f of the yields stick", share);
	return share >= MIN_STUCK || !times_mean_something() ? EXIT_PASS :
	       fail_figure("only %.3f of the yields stick", share);
}

static int counters__run(struct vm_set *set)
{
	struct count off, on;
	struct window w;

	if (count__window(set, OFF, &off, &w) || count__window(set, ON, &on, &w) ||
	    counters__compare(&off, &on))
		return EXIT_FAIL;
	return counters__stuck(&w);
}

const struct test test_counters = {
	.name = "counters",
	.vms = 1,
	.factor = 2,
	.seconds = 300,
	.needs = NEED_PVSCHED,
	.run = counters__run,
};
