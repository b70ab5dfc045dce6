// SPDX-License-Identifier: GPL-2.0
/*
 * The VMs beside the measured ones burn CPU. Their work is counted in rounds of a
 * loop: CPU time would not show what a VM pays for each time that it is switched out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "neighbours.h"
#include "out.h"

#define BURN	"/bin/burn -w /tmp/burn.work"
/* A second holds whole periods, and so do the eight tenths of it that are looked at. */
#define STEPS	" -d 50 -p 200"

int neighbours__start(struct vm_set *set, bool steps)
{
	int i;

	for (i = set->measured; i < set->count; i++)
		if (vm__do(&set->vm[i], "bg " BURN "%s", steps ? STEPS : ""))
			return -1;
	return 0;
}

static int neighbour__read(struct vm *vm, double *rounds, double *ns)
{
	struct reply reply;
	int ret = 0;

	if (vm__ask(vm, &reply, "run /bin/burn -r /tmp/burn.work"))
		return -1;
	if (reply.status || sscanf(reply.text, "%lf %lf", rounds, ns) != 2)
		ret = out__error("vm%d does not say what it has done: %s", vm->id, reply.text);
	free(reply.text);
	return ret;
}

int neighbours__read(struct vm_set *set, struct work *work)
{
	int i;

	for (i = set->measured; i < set->count; i++)
		if (neighbour__read(&set->vm[i], &work->rounds[i], &work->ns[i]))
			return -1;
	return 0;
}

int neighbours__since(struct vm_set *set, const struct work *before, struct values *vs)
{
	struct work after;
	double rate = 0;
	int i;

	if (neighbours__read(set, &after))
		return -1;
	for (i = set->measured; i < set->count; i++)
		rate += (after.rounds[i] - before->rounds[i]) / (after.ns[i] - before->ns[i]) * 1e9;
	return values__add(vs, "neighbour_rounds", "1/s", rate);
}
