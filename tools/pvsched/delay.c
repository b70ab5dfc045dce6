// SPDX-License-Identifier: GPL-2.0
/*
 * The host part's histogram in debugfs, of all VMs together. It has the buckets
 * that are not empty, and only grows.
 */
#include <inttypes.h>
#include <stdio.h>

#include "delay.h"
#include "sys.h"

#define YIELD_TO_RUN	"/sys/kernel/debug/kvm_pvsched/yield_to_run_ns"

void delay__read(struct delay *delay)
{
	char text[16384], *at = text;
	int len;

	delay->count = 0;
	if (sys__read(text, sizeof(text), YIELD_TO_RUN))
		return;
	while (delay->count < MAX_BUCKETS &&
	       sscanf(at, "%" SCNu64 " %" SCNu64 "%n", &delay->bucket[delay->count].from,
		      &delay->bucket[delay->count].yields, &len) == 2) {
		delay->count++;
		at += len;
	}
}

/* Yields of the @i-th bucket of @after that are new; none if KVM was loaded again. */
static uint64_t delay__new(const struct delay *before, const struct delay *after, int i)
{
	uint64_t yields = after->bucket[i].yields;
	int j;

	for (j = 0; j < before->count; j++)
		if (before->bucket[j].from == after->bucket[i].from)
			return yields > before->bucket[j].yields ?
			       yields - before->bucket[j].yields : 0;
	return yields;
}

bool delay__between(const struct delay *before, const struct delay *after, int percent,
		    uint64_t *ns)
{
	uint64_t sum = 0, seen = 0;
	int i;

	for (i = 0; i < after->count; i++)
		sum += delay__new(before, after, i);
	for (i = 0; sum && i < after->count; i++) {
		seen += delay__new(before, after, i);
		if (seen * 100.0 < (double)sum * percent)
			continue;
		*ns = after->bucket[i].from;
		return true;
	}
	return false;
}
