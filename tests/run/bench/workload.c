// SPDX-License-Identifier: GPL-2.0
/*
 * A benchmark of the user's own, as the options describe it: any command, and what it
 * prints or how long it takes.
 */
#include <string.h>

#include "../options.h"
#include "../out.h"
#include "bench.h"

/* Longer ones do not pass to the guest in one piece. */
#define MAX_COMMAND	900

static struct bench workload = { .name = "workload" };

const struct bench *workload__bench(void)
{
	struct output *o = &workload.output[0];

	if (!opt.workload || !*opt.workload || strlen(opt.workload) > MAX_COMMAND) {
		out__error("name a command of up to %d bytes: --workload='cmd' (make bench WORKLOAD='cmd')",
			   MAX_COMMAND);
		return NULL;
	}
	workload.command = opt.workload;
	if (!opt.metric || !*opt.metric)
		return &workload;
	if (!strchr(opt.metric, '#')) {
		out__error("the metric '%s' has no # where the number is to be", opt.metric);
		return NULL;
	}
	*o = (struct output) {
		.pattern = opt.metric,
		.part = true,
		.metric = opt.higher ? "workload_rate" : "workload_cost",
		.unit = "1",
		.total = opt.higher ? TOTAL_SUM : TOTAL_MAX,
	};
	return &workload;
}
