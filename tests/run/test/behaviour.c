// SPDX-License-Identifier: GPL-2.0
/*
 * Windows of ebizzy with the yields off and on in turn: what was asked for and
 * directed, and how long senders of IPIs waited.
 */
#include <stdlib.h>
#include <string.h>

#include "../../shared/median.h"
#include "../bench/bench.h"
#include "../options.h"
#include "../out.h"
#include "behaviour.h"
#include "fail.h"
#include "states.h"

#define GUEST_MEASURE	GUEST_DIR "stats"
#define DEFAULT_WINDOWS	5

/* Yields alone, for slices lengthen waits. */
static struct profile yields[2];

static int behaviour__add(struct behaviour *b, const struct window *w)
{
	const struct value *asked = values__find(&w->all, "yields_asked");
	const struct value *directed = values__find(&w->all, "yields_directed");
	const struct value *waits = values__find(&w->all, "ipi_waits");
	const struct value *ns = values__find(&w->all, "ipi_wait_ns");

	if (!asked || !directed || !waits || !ns)
		return fail("no counters of yields or waits");
	if (!waits->value)
		return fail("no wait for an IPI was measured");
	b->asked += asked->value;
	b->directed += directed->value;
	b->mean_wait_ns[b->windows++] = ns->value / waits->value;
	return 0;
}

static double behaviour__wait(const struct behaviour *b)
{
	double sorted[ARRAY_SIZE(b->mean_wait_ns)];

	memcpy(sorted, b->mean_wait_ns, sizeof(sorted));
	return median_of(sorted, b->windows);
}

int behaviour__measure(struct vm_set *set, struct behaviour *b)
{
	int windows = opt.windows ?: DEFAULT_WINDOWS;
	struct window w;
	int i, state;

	memset(b, 0, 2 * sizeof(*b));
	if (windows > (int)ARRAY_SIZE(b->mean_wait_ns))
		return fail("more than %zu windows", ARRAY_SIZE(b->mean_wait_ns));
	if (profiles__parse("off,ipi+off_cpu+boost", yields) != 2 ||
	    vm__do(&set->vm[0], "set " GUEST_MEASURE " Y"))
		return EXIT_FAIL;
	for (i = 0; i < 2 * windows; i++) {
		state = (i + i / 2) % 2;
		if (window__run(set, &bench_ebizzy, &yields[state], &w, false) ||
		    behaviour__add(&b[state], &w))
			return fail("window %d of %d has no result", i + 1, 2 * windows);
		out__note("window %d of %d, %s: mean wait %.0f ns", i + 1, 2 * windows,
			  yields[state].name, b[state].mean_wait_ns[b[state].windows - 1]);
	}
	for (state = OFF; state <= ON; state++)
		out__note("%s: asked %g, directed %g, median of the mean wait %.0f ns",
			  yields[state].name, b[state].asked, b[state].directed,
			  behaviour__wait(&b[state]));
	return 0;
}

const char *behaviour__judge(const struct behaviour *b)
{
	if (b[OFF].asked || b[OFF].directed)
		return "yields with the part off";
	if (!b[ON].asked)
		return "no yield was asked for";
	if (!b[ON].directed)
		return "no yield was directed";
	if (times_mean_something() &&
	    behaviour__wait(&b[ON]) >= behaviour__wait(&b[OFF]))
		return "waits are not shorter with the part on";
	return NULL;
}
