/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The waiters' nodes, and how the pending byte of a lock leads to the node of the
 * queue head.
 */
#ifndef __PVSCHED_QNODE_H
#define __PVSCHED_QNODE_H

#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <asm/qspinlock.h>

/* Task, softirq, hardirq and NMI, as in the base. */
#define PVSCHED_NODES		4

/* The locked byte: locked, and the queue head sleeps until it is kicked. */
#define PVSCHED_SLOW		3

/* The pending byte: the code of the queue head's CPU, and "no more steals". */
#define PVSCHED_CODES		127
#define PVSCHED_CODE		GENMASK(6, 0)
#define PVSCHED_CLOSED		BIT(7)

static_assert(_Q_PENDING_BITS == 8);
static_assert(_Q_LOCKED_OFFSET == 0);

/*
 * What the queue wants of a node. The owner and its predecessor change it, with
 * atomic operations.
 */
enum pvsched_state {
	PVSCHED_STATE_WAITING,
	PVSCHED_STATE_HALTED,	/* waiting, and to be kicked once it is queue head */
	PVSCHED_STATE_HEAD,
};

/* What the owner does; a hint. Others write PVSCHED_MODE_KICKED only. */
enum pvsched_mode {
	PVSCHED_MODE_QUEUED,
	PVSCHED_MODE_SPINNING,	/* as the queue head */
	PVSCHED_MODE_ASLEEP,
	PVSCHED_MODE_KICKED,	/* asleep, and on the way to wake up */
};

/*
 * @next:	the node behind this one
 * @lock:	the lock that is waited for, NULL while the node is free
 * @cpu:	the CPU that owns the node
 * @holder:	the CPU that took the lock last, -1 if unknown; a lock holder
 *		that stole from this queue head writes it
 * @steals:	how often the lock was stolen from this queue head; written by
 *		the lock holder
 * @pending:	the code of @cpu, shifted to the place of the pending byte
 * @state:	enum pvsched_state
 * @mode:	enum pvsched_mode
 */
struct pvsched_node {
	struct pvsched_node *next;
	struct qspinlock *lock;
	int cpu;
	int holder;
	u32 steals;
	u32 pending;
	u8 state;
	u8 mode;
};

struct pvsched_nodes {
	struct pvsched_node node[PVSCHED_NODES];
	int depth;
};

DECLARE_PER_CPU_ALIGNED(struct pvsched_nodes, pvsched_nodes);

static inline bool pvsched_is_head(const struct pvsched_node *node, const struct qspinlock *lock)
{
	return READ_ONCE(node->lock) == lock && READ_ONCE(node->state) == PVSCHED_STATE_HEAD;
}

struct pvsched_node *pvsched_head_from(const struct qspinlock *lock, unsigned int *cpu);
bool pvsched_waits_for(const struct qspinlock *lock, int cpu);

/*
 * The queue heads that @pending may stand for. @lock serves as an address only
 * and is not dereferenced: it may be gone.
 *
 * With up to PVSCHED_CODES CPUs a code names one CPU. With more of them, a waiter
 * of the same code that is about to queue may look like the queue head for a
 * moment. Act on all that are found; the queue head is among them.
 */
#define for_each_pvsched_head(node, cpu, lock, pending)				\
	for ((cpu) = ((pending) & PVSCHED_CODE) - 1,				\
	     (node) = pvsched_head_from(lock, &(cpu)); (node);			\
	     (cpu) += PVSCHED_CODES, (node) = pvsched_head_from(lock, &(cpu)))

#endif /* __PVSCHED_QNODE_H */
