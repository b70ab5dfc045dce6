/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hist: the histogram of how long the target of a yield took to run.
 */
#ifndef PVRUN_HIST_H
#define PVRUN_HIST_H

#define MAX_BUCKETS	320

struct hist {
	int count;
	struct {
		double from;
		double n;
	} b[MAX_BUCKETS];
};

/* That of all VMs on this host; empty on a host without pvsched. */
int hist__read(struct hist *hist);

/* Turn the totals in @after into what was counted since @before. */
void hist__since(const struct hist *before, struct hist *after);

/* The bucket that holds the quantile @q, by its start; -1 for an empty one. */
double hist__quantile(const struct hist *hist, double q);

#endif
