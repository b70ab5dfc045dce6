/* SPDX-License-Identifier: GPL-2.0 */
/*
 * delay: how long it takes from yields to the first instruction of their targets.
 */
#ifndef PVSCHED_DELAY_H
#define PVSCHED_DELAY_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_BUCKETS	512

/* So many yields took at least @from nanoseconds, and less than the next bucket. */
struct delay {
	struct {
		uint64_t from;
		uint64_t yields;
	} bucket[MAX_BUCKETS];
	int count;
};

/* Empty without pvsched, and where debugfs may not be read */
void delay__read(struct delay *delay);

/*
 * Where the bucket begins within which @percent of the yields between two readings
 * were done. Return: false if there were none.
 */
bool delay__between(const struct delay *before, const struct delay *after, int percent,
		    uint64_t *ns);

#endif
