// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever the two kernels are, with pvsched or without: they must work together.
 */
#include <stdlib.h>

#include <pvsched.h>

#include "../out.h"
#include "fail.h"
#include "guest.h"
#include "load.h"
#include "test.h"

static const char not_offered[] = "pvsched: not offered by this host";

/* A guest with pvsched on a host without it must leave everything to the base. */
static int check_no_offer(struct vm *vm)
{
	struct reply reply;

	if (guest__has_feature(vm, PVSCHED_FEATURE_YIELD) || guest__has_feature(vm, PVSCHED_FEATURE_OFF_CPU))
		return fail("a stock host shows CPUID bits of pvsched");
	if (guest__has_message(vm, not_offered) != 1)
		return fail("the guest does not report \"%s\"", not_offered);
	if (guest__ipi_state(vm) != 0)
		return fail("part ipi is on, on a stock host");
	if (vm__ask(vm, &reply, "set " GUEST_IPI " Y"))
		return EXIT_FAIL;
	free(reply.text);
	if (!reply.status || guest__ipi_state(vm) != 0)
		return fail("part ipi can be switched on, on a stock host");
	return EXIT_PASS;
}

static int check_zero(const struct window *w, const char *name)
{
	const struct value *v = values__find(&w->all, name);

	if (!v)
		return fail("no counter %s", name);
	return v->value ? fail("%s is %g, not 0", name, v->value) : EXIT_PASS;
}

static int check_pair(struct vm *vm, const struct window *w, bool host, bool guest)
{
	if (host && guest)
		return guest__check_offer(vm);
	if (guest)
		return check_no_offer(vm) || check_zero(w, "hypercalls");
	return host ? check_zero(w, "yields_asked") : EXIT_PASS;
}

static int pairing__run(struct vm_set *set)
{
	bool host = parts__host_has();
	int guest = parts__guest_has(&set->vm[0]);
	struct window w;

	if (guest < 0)
		return fail("the guest does not answer");
	out__note("%s guest on %s host", guest ? "pvsched" : "stock",
		  host ? "pvsched" : "stock");
	if (window__run(set, &load, NULL, &w, false))
		return fail("the workload did not run");
	out__note("%g records/s", w.all.v[0].value);
	if (check_pair(&set->vm[0], &w, host, guest))
		return EXIT_FAIL;
	if (vm__poweroff(&set->vm[0]))
		return fail("the guest does not power off");
	return EXIT_PASS;
}

const struct test test_pairing = {
	.name = "pairing",
	.vms = 1,
	.factor = 2,
	.seconds = 300,
	.needs = ENDS,
	.run = pairing__run,
};
