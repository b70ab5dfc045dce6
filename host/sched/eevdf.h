/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of directed yields: lag and its bound, positions in a queue, and
 * their exchange. Numbers only, no state of the kernel.
 *
 * Virtual time is in units of 1 ns * NICE_0_LOAD / weight, and wraps. Only
 * differences mean something, and those are signed.
 */
#ifndef _PVSCHED_EEVDF_H
#define _PVSCHED_EEVDF_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* Positions further apart than this are not exchanged: the product could overflow. */
#define PVSCHED_MAX_APART	(1ll << 40)

/* Nor are those of entities whose weights differ by a larger factor than this. */
#define PVSCHED_MAX_WEIGHTS	8

/**
 * struct pvsched_turn - When an entity is due
 * @vruntime:	virtual runtime, by which it is eligible or not
 * @deadline:	virtual deadline, by which it comes before others that are eligible
 */
struct pvsched_turn {
	u64 vruntime;
	u64 deadline;
};

/**
 * pvsched_lag_bound_ns() - The base's own bound on lag, see entity_lag().
 * @slice:	the slice in nanoseconds
 * @tick:	the period of the tick in nanoseconds
 *
 * Context: any.
 * Return: the bound in nanoseconds, not yet scaled by the weight.
 */
static inline u64 pvsched_lag_bound_ns(u64 slice, u64 tick)
{
	return max_t(u64, 2 * slice, tick);
}

/**
 * pvsched_lag_behind() - How far an entity is behind its share.
 * @average:	the average virtual runtime of its queue
 * @vruntime:	its own
 *
 * Context: any.
 * Return: virtual time, negative if the entity is ahead of its share.
 */
static inline s64 pvsched_lag_behind(u64 average, u64 vruntime)
{
	return average - vruntime;
}

/* Convert a difference of virtual times from the weight @from to the weight @to. */
static inline s64 pvsched_scale(s64 delta, unsigned long from, unsigned long to)
{
	return from == to ? delta : div64_s64(delta * (s64)from, to);
}

static inline bool pvsched_is_apart(s64 delta)
{
	return delta > PVSCHED_MAX_APART || delta < -PVSCHED_MAX_APART;
}

/**
 * pvsched_exchange_turns() - Give each of two entities the turn of the other.
 * @a:		the turn of the first entity
 * @weight_a:	its weight, scaled down
 * @b:		the turn of the second entity, in the same queue
 * @weight_b:	its weight, scaled down
 *
 * @b takes the turn of @a. Of equal weight, @a takes that of @b. Otherwise @a takes
 * the one that keeps the sum of the weighted virtual runtimes, on which the average
 * and so the lag of all other entities depend.
 *
 * Context: any.
 * Return: true if exchanged; false, with nothing changed, if the turns or the weights
 * are too far apart.
 */
static inline bool pvsched_exchange_turns(struct pvsched_turn *a, unsigned long weight_a,
					  struct pvsched_turn *b, unsigned long weight_b)
{
	s64 apart = b->vruntime - a->vruntime;
	s64 rest_a = a->deadline - a->vruntime, rest_b = b->deadline - b->vruntime;

	if (weight_a > PVSCHED_MAX_WEIGHTS * weight_b || weight_b > PVSCHED_MAX_WEIGHTS * weight_a)
		return false;

	if (pvsched_is_apart(apart) || pvsched_is_apart(rest_a) || pvsched_is_apart(rest_b))
		return false;

	b->vruntime = a->vruntime;
	b->deadline = b->vruntime + pvsched_scale(rest_a, weight_a, weight_b);
	a->vruntime += pvsched_scale(apart, weight_b, weight_a);
	a->deadline = a->vruntime + pvsched_scale(rest_b, weight_b, weight_a);

	return true;
}

/**
 * pvsched_clamp_turn() - Bring a turn that may be stale within bounds.
 * @turn:	the turn
 * @average:	the average virtual runtime of the queue
 * @limit:	the bound on lag, in virtual time
 * @slice:	the longest rest of a slice, in virtual time
 *
 * Context: any.
 */
static inline void pvsched_clamp_turn(struct pvsched_turn *turn, u64 average, s64 limit, s64 slice)
{
	s64 rest = turn->deadline - turn->vruntime;
	s64 lag = pvsched_lag_behind(average, turn->vruntime);

	turn->vruntime = average - clamp(lag, -limit, limit);
	turn->deadline = turn->vruntime + clamp(rest, 0, slice);
}

#endif /* _PVSCHED_EEVDF_H */
