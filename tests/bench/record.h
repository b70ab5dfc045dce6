/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records that ebizzy searches.
 *
 * A chunk is an array of records, each holding its own index, so a chunk is
 * sorted, every key below its length is in it, and a search that does not end
 * at the key's own index proves that memory was damaged.
 */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static inline void record__fill(size_t *chunk, size_t records)
{
	for (size_t i = 0; i < records; i++)
		chunk[i] = i;
}

/*
 * A small xorshift generator for each thread: one shared generator would make
 * the threads meet at its cache line, which is not what is measured.
 */
static inline uint32_t random__next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Spread the threads' seeds over the state space; 0 would stay 0. */
static inline uint32_t random__seed(unsigned int thread)
{
	return (thread + 1) * 2654435761u | 1;
}

static inline uint32_t random__below(uint32_t *state, uint32_t bound)
{
	return (uint64_t)random__next(state) * bound >> 32;
}

static inline int record__compare(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

static inline const size_t *record__search_binary(const size_t *chunk,
						    size_t records, size_t key)
{
	return bsearch(&key, chunk, records, sizeof(key), record__compare);
}

static inline const size_t *record__search_linear(const size_t *chunk,
						    size_t records, size_t key)
{
	for (size_t i = 0; i < records; i++)
		if (chunk[i] == key)
			return &chunk[i];
	return NULL;
}

#endif /* BENCH_RECORD_H */
