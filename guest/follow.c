// SPDX-License-Identifier: GPL-2.0
/*
 * How many vCPUs to use: arithmetic, without a look at the machine.
 *
 * Follow the host's number up at once and down when it has been lower for
 * PVSCHED_FOLD_HOLD, to the highest number that was seen meanwhile: one vCPU too many
 * costs a yield now and then, one too few costs work. A number that rises again within
 * PVSCHED_FOLD_CALM after that makes the next time PVSCHED_FOLD_NEXT_HOLD, and twice as
 * long whenever that happens again, up to PVSCHED_FOLD_LONG_HOLD. So a glimpse of a
 * stranger costs little, and a number that wavers for long folds the guest once in two
 * seconds.
 *
 * By steal time the guest decides as Linux 7.4 does, to be compared with: each second
 * one vCPU fewer or more.
 */
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "fold.h"

/* Two ticks of 250 Hz see a lower number, and no tick in between another one. */
#define PVSCHED_FOLD_HOLD	(3 * NSEC_PER_MSEC)
#define PVSCHED_FOLD_NEXT_HOLD	(64 * NSEC_PER_MSEC)
#define PVSCHED_FOLD_LONG_HOLD	(2 * NSEC_PER_SEC)
#define PVSCHED_FOLD_CALM	(2 * NSEC_PER_SEC)

/* As in Linux 7.4; percent of the time of all CPUs */
#define PVSCHED_STEAL_PERIOD	NSEC_PER_SEC
#define PVSCHED_STEAL_HIGH	5
#define PVSCHED_STEAL_LOW	2

/**
 * pvsched_capacity_cpus() - Turn the host's number into a number of vCPUs.
 * @capacity:	CPUs that the VM can have, in 1/1024; any value
 * @all:	vCPUs that there are, at least 1
 *
 * Return: vCPUs to use: all if the host does not know, else a fraction counts as one.
 */
unsigned int pvsched_capacity_cpus(u32 capacity, unsigned int all)
{
	unsigned int cpus = capacity / PVSCHED_CAPACITY_CPU + !!(capacity % PVSCHED_CAPACITY_CPU);

	return capacity ? min(cpus, all) : all;
}

static void pvsched_follow_down(struct pvsched_follow *f, unsigned int wanted, u64 now)
{
	f->peak = f->lower ? max(f->peak, wanted) : wanted;
	if (!f->lower) {
		f->lower = true;
		f->since = now;
	}

	if (now - f->since < (f->hold ?: PVSCHED_FOLD_HOLD))
		return;

	f->cpus = f->peak;
	f->lower = false;
	f->folded_at = now;
}

/* Several steps up are one rise. */
static void pvsched_follow_up(struct pvsched_follow *f, unsigned int wanted, u64 now)
{
	if (f->folded_at)
		f->hold = now - f->folded_at >= PVSCHED_FOLD_CALM ? PVSCHED_FOLD_HOLD :
			  clamp(2 * f->hold, PVSCHED_FOLD_NEXT_HOLD, PVSCHED_FOLD_LONG_HOLD);

	f->folded_at = 0;
	f->cpus = wanted;
}

/**
 * pvsched_follow() - Take note of how many vCPUs are called for.
 * @f:		the state, zero at first
 * @wanted:	vCPUs that are called for, at least 1
 * @now:	ns
 *
 * Return: vCPUs to use from now on.
 */
unsigned int pvsched_follow(struct pvsched_follow *f, unsigned int wanted, u64 now)
{
	if (wanted < f->cpus) {
		pvsched_follow_down(f, wanted, now);
		return f->cpus;
	}

	if (wanted > f->cpus)
		pvsched_follow_up(f, wanted, now);
	f->lower = false;

	return wanted;
}

/**
 * pvsched_follow_steal() - Decide by the guest's own steal time.
 * @s:		the state, zero at first
 * @steal:	ns that all vCPUs were off CPU, since boot
 * @now:	ns
 * @all:	vCPUs that there are
 * @cpus:	vCPUs in use
 *
 * Return: vCPUs to use from now on.
 */
unsigned int pvsched_follow_steal(struct pvsched_by_steal *s, u64 steal, u64 now,
				  unsigned int all, unsigned int cpus)
{
	u64 passed = now - s->at, stolen = steal - s->steal;
	bool first = !s->at;

	if (!first && passed < PVSCHED_STEAL_PERIOD)
		return min(cpus, all);

	s->at = now;
	s->steal = steal;
	if (first)
		return min(cpus, all);

	if (stolen * 100 > passed * all * PVSCHED_STEAL_HIGH)
		cpus = max(cpus, 2U) - 1;
	else if (stolen * 100 <= passed * all * PVSCHED_STEAL_LOW)
		cpus++;

	return min(cpus, all);
}

/**
 * pvsched_is_fair_part() - Whether few CPUs in use suffice for tasks that may not use all.
 * @used:	CPUs of those tasks that are in use
 * @own:	all CPUs of those tasks
 * @all_used:	CPUs in use
 * @all:	CPUs that there are
 *
 * Return: true if as large a part of @own is in use as of @all, and any.
 */
bool pvsched_is_fair_part(unsigned int used, unsigned int own, unsigned int all_used,
			  unsigned int all)
{
	return used && (u64)used * all >= (u64)own * all_used;
}

/* Fewest of its node first, then of its cache, then the lowest number. */
static u64 pvsched_order_key(const struct pvsched_place *place, unsigned int cpu)
{
	return (u64)place[place[cpu].node].in_node << 32 |
	       (u64)place[place[cpu].llc].in_llc << 16 | cpu;
}

static unsigned int pvsched_order_next(const struct pvsched_place *place, unsigned int nr)
{
	unsigned int cpu, next = 0;
	u64 key, least = U64_MAX;

	for (cpu = 0; cpu < nr; cpu++) {
		if (place[cpu].placed)
			continue;
		key = pvsched_order_key(place, cpu);
		if (key < least) {
			least = key;
			next = cpu;
		}
	}

	return next;
}

/**
 * pvsched_order_cpus() - Decide which CPUs are taken into use before which.
 * @place:	where each CPU is, with nothing counted and nothing placed yet
 * @nr:		CPUs
 * @order:	filled in. The first so many leave the load of nodes and of caches in them
 *		balanced; CPU 0 is the first.
 */
void pvsched_order_cpus(struct pvsched_place *place, unsigned int nr, u16 *order)
{
	unsigned int i, cpu;

	for (i = 0; i < nr; i++) {
		cpu = pvsched_order_next(place, nr);
		place[cpu].placed = true;
		place[place[cpu].node].in_node++;
		place[place[cpu].llc].in_llc++;
		order[i] = cpu;
	}
}
