// SPDX-License-Identifier: GPL-2.0
/*
 * The waiters' nodes, and the search for the node of a queue head; see qnode.h.
 */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <asm/qspinlock.h>

#include "qnode.h"

DEFINE_PER_CPU_ALIGNED(struct pvsched_nodes, pvsched_nodes);

static struct pvsched_node *pvsched_head_on(const struct qspinlock *lock, int cpu)
{
	struct pvsched_node *node;
	int i;

	if (!cpu_possible(cpu))
		return NULL;

	node = per_cpu_ptr(&pvsched_nodes, cpu)->node;
	for (i = 0; i < PVSCHED_NODES; i++) {
		if (pvsched_is_head(&node[i], lock))
			return &node[i];
	}

	return NULL;
}

/**
 * pvsched_head_from() - Find a queue head among the CPUs that share a code.
 * @lock:	the lock; serves as an address only and may be gone
 * @cpu:	the CPU to start from; on return the CPU of the node
 *
 * Context: any.
 * Return: the node, or NULL if there is none from @cpu on.
 */
struct pvsched_node *pvsched_head_from(const struct qspinlock *lock, unsigned int *cpu)
{
	struct pvsched_node *node;

	for (; *cpu < nr_cpu_ids; *cpu += PVSCHED_CODES) {
		node = pvsched_head_on(lock, *cpu);
		if (node)
			return node;
	}

	return NULL;
}

/**
 * pvsched_waits_for() - Whether a CPU waits for a lock, and so does not hold it.
 * @lock:	the lock
 * @cpu:	the CPU
 *
 * Context: any.
 * Return: true if a node of @cpu is in use for @lock.
 */
bool pvsched_waits_for(const struct qspinlock *lock, int cpu)
{
	const struct pvsched_node *node = per_cpu_ptr(&pvsched_nodes, cpu)->node;
	int i;

	for (i = 0; i < PVSCHED_NODES; i++) {
		if (READ_ONCE(node[i].lock) == lock)
			return true;
	}

	return false;
}
