// SPDX-License-Identifier: GPL-2.0
/*
 * The host's histogram of the time from a yield to the first instruction of its
 * target.
 */
#include <stdio.h>

#include "file.h"
#include "hist.h"
#include "out.h"
#include "profile.h"

#define YIELD_HIST	"/sys/kernel/debug/kvm_pvsched/yield_to_run_ns"

int hist__read(struct hist *hist)
{
	char text[16384], *p = text;
	int len;

	hist->count = 0;
	if (!parts__host_has())
		return 0;
	if (file__read(YIELD_HIST, text, sizeof(text)))
		return out__error("cannot read %s", YIELD_HIST);
	while (hist->count < MAX_BUCKETS &&
	       sscanf(p, "%lf %lf\n%n", &hist->b[hist->count].from,
		      &hist->b[hist->count].n, &len) == 2) {
		hist->count++;
		p += len;
	}
	return 0;
}

static double hist__n(const struct hist *hist, double from)
{
	int i;

	for (i = 0; i < hist->count; i++)
		if (hist->b[i].from == from)
			return hist->b[i].n;
	return 0;
}

void hist__since(const struct hist *before, struct hist *after)
{
	int i;

	for (i = 0; i < after->count; i++)
		after->b[i].n -= hist__n(before, after->b[i].from);
}

double hist__quantile(const struct hist *hist, double q)
{
	double sum = 0, seen = 0;
	int i;

	for (i = 0; i < hist->count; i++)
		sum += hist->b[i].n;
	for (i = 0; sum && i < hist->count; i++) {
		seen += hist->b[i].n;
		if (seen >= q * sum)
			return hist->b[i].from;
	}
	return -1;
}
