// SPDX-License-Identifier: GPL-2.0
/*
 * Yields of a waiter to the lock holder.
 *
 * A lock holder that is off CPU keeps all waiters from the lock. Its CPU is known
 * unless it took the lock without waiting. In that case yield to the vCPUs that
 * are preempted and do not wait for this lock, or leave the choice to the host if
 * there are many of them.
 */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "internal.h"
#include "lock.h"
#include "qnode.h"

/* Bound the cost of one search; the next one goes on where it ended. */
#define PVSCHED_SEARCH_CPUS	64

/* More candidates than this are left to the host. */
#define PVSCHED_MAX_CANDIDATES	4

/**
 * pvsched_help_holder() - Yield to the lock holder if it is preempted.
 * @holder:	the CPU of the lock holder
 * @yields:	number of yields of this wait so far
 *
 * Context: preemption off; the vCPU may lose its CPU meanwhile.
 * Return: false if the lock holder is preempted and no more yield is allowed.
 */
noinline bool pvsched_help_holder(int holder, u32 *yields)
{
	if (!vcpu_is_preempted(holder))
		return true;

	if (*yields >= PVSCHED_LOCK_MAX_YIELDS || !pvsched_host_answers())
		return false;

	++*yields;
	pvsched_counter_inc(PVSCHED_LOCK_HOLDER_YIELDS);
	pvsched_yield_to_cpu(holder, PVSCHED_YIELD_LOCK_HOLDER);

	return true;
}

/* Where the CPU's next search starts; a hint, also when an interrupt searches, too. */
static DEFINE_PER_CPU(int, pvsched_search_from);

/* Add the preempted vCPUs that may hold @lock. Return how many were found. */
static unsigned int pvsched_add_candidates(const struct qspinlock *lock, struct pvsched_window *w)
{
	unsigned int cpu, from = this_cpu_read(pvsched_search_from), seen = 0, found = 0;

	for_each_cpu_wrap(cpu, cpu_online_mask, from) {
		if (seen++ == PVSCHED_SEARCH_CPUS || found > PVSCHED_MAX_CANDIDATES) {
			this_cpu_write(pvsched_search_from, cpu);
			break;
		}
		if (!pvsched_needs_help(cpu) || pvsched_waits_for(lock, cpu))
			continue;
		if (++found <= PVSCHED_MAX_CANDIDATES)
			pvsched_window_add(w, cpu);
	}

	return found;
}

/**
 * pvsched_help_unknown_holder() - Yield to the vCPUs that may hold a lock.
 * @lock:	the lock
 * @spins:	number of spins of this wait so far
 * @yields:	number of yields of this wait so far
 *
 * Of a few targets the host runs one for each CPU that they wait for.
 *
 * Context: preemption off; the vCPU may lose its CPU meanwhile.
 */
noinline void pvsched_help_unknown_holder(const struct qspinlock *lock, u32 spins, u32 *yields)
{
	PVSCHED_WINDOW(window, PVSCHED_YIELD_LOCK_HOLDER);
	unsigned int found;

	if (spins < PVSCHED_LOCK_UNTARGETED_SPINS || *yields >= PVSCHED_LOCK_MAX_YIELDS ||
	    !pvsched_host_answers())
		return;

	found = pvsched_add_candidates(lock, &window);
	if (!found)
		return;

	++*yields;
	pvsched_counter_inc(PVSCHED_LOCK_UNTARGETED_YIELDS);
	if (found <= PVSCHED_MAX_CANDIDATES)
		pvsched_window_yield(&window);
	else
		pvsched_yield_untargeted(PVSCHED_YIELD_LOCK_HOLDER);
}
