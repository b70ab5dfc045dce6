/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that are the same in every run, for tests of hostile values.
 */
#ifndef _UNIT_RANDOM_H
#define _UNIT_RANDOM_H

#include "kernel.h"

static u64 random_state = 0x70767363686564;

static u64 random_u64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;

	return random_state;
}

/* What a guest may have in a register: one of @edge, or few bits, or many. */
static inline u64 random_register(const u64 *edge, unsigned int nr_edges)
{
	u64 r = random_u64();

	switch (r >> 61) {
	case 0:
		return edge[r % nr_edges];
	case 1:
		return r & 0xff;
	case 2:
		return r & U32_MAX;
	case 3:
		return BIT(r % 64);
	case 4:
		return BIT(r % 64) | BIT(r / 64 % 64);
	default:
		return r;
	}
}

#endif /* _UNIT_RANDOM_H */
