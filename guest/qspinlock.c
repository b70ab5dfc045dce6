// SPDX-License-Identifier: GPL-2.0
/*
 * The queued spinlock of a guest: the unlocker knows the queue head.
 *
 * The lock word, and with it every inline fast path of the kernel, is the
 * base's: a tail (CPU and nesting level), a pending byte and a locked byte,
 * written (tail,pending,locked) below. Two of the bytes have a wider meaning:
 *
 * pending: zero, or the code of the queue head's CPU. The CPU that makes a waiter
 *	the queue head sets it, not the queue head itself, and wherever possible
 *	in the same operation. So a queue head that is off CPU when its turn comes
 *	is known all the same. PVSCHED_CLOSED beside the code forbids to steal the
 *	lock from the queue head any more.
 * locked: PVSCHED_SLOW means that the lock is held and that the queue head sleeps
 *	until it is kicked.
 *
 * The steps, named as in tests/model/qspinlock.pml:
 *
 * enqueue	(0,0,0) -> (0,0,1) take it; (0,0,x) -> (n,N,x) queue as head;
 *		(t,p,x) -> (n,p,x) queue behind t.
 * turn		wait in the queue: spin, then sleep. Only the waiter's own time
 *		sends it to sleep, not that of its predecessor.
 * take		the queue head, of a free lock: (n,N,0) -> (0,0,1) as the last
 *		waiter, or (t,N,0) -> (t,M,1) with M the next one.
 * promote	make the next waiter the queue head. If it sleeps, set PVSCHED_SLOW
 *		on its behalf.
 * arm		the queue head goes to sleep: (t,N,1) -> (t,N,SLOW), then halt.
 * steal	a newcomer, of a free lock whose queue head is off CPU:
 *		(t,N,0) -> (t,N,1). Count it in the queue head's node, and close
 *		the lock to others when the count is full.
 * unlock	(0,0,1) -> (0,0,0), at the base's cost; or (t,N,1) -> (t,N,0), then
 *		yield to a preempted queue head; or (t,N,SLOW) -> (t,N,0), then
 *		kick the queue head. See unlock.c.
 *
 * Only the lock holder writes the pending byte and counts in the queue head's
 * node. As long as a lock is held its queue head does not change.
 *
 * The queue head helps the lock holder: it yields to a preempted one, and sleeps
 * when that does not help. A newcomer that may steal acts in place of a queue head
 * that is off CPU, and queues when that does not help. See holder.c.
 *
 * An unlocker that is preempted before its kick leaves a free lock and a queue head
 * that sleeps. The waiter behind the queue head, or a newcomer that finds the lock
 * closed, kicks in its place. See pvsched_rescue_head().
 *
 * With the part switched off at run time the same steps follow the base's policy:
 * spin for SPIN_THRESHOLD, sleep when the predecessor sleeps, steal without a
 * bound while the queue head does not spin, do not yield. The nodes are the same,
 * so the policy may change while locks are held.
 */
#define pr_fmt(fmt) "pvsched: " fmt

#include <linux/percpu.h>
#include <linux/pvsched_guest.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <asm/qspinlock.h>
#include <trace/events/lock.h>

#include "base.h"
#include "internal.h"
#include "lock.h"
#include "overcommit.h"
#include "qnode.h"

/*
 * Spins between two looks at another vCPU's state: of a waiter, of a newcomer,
 * whose spins take longer, and of a waiter that follows the base's policy.
 */
#define PVSCHED_CHECK_MASK		63
#define PVSCHED_STEAL_CHECK_MASK	31
#define PVSCHED_BASE_CHECK_MASK		255

/* Steals beside other VMs, as a multiple of those in an overcommitted VM. */
#define PVSCHED_STEAL_FACTOR		8

static void pvsched_sleep(u8 *ptr, u8 val)
{
	pvsched_counter_inc(PVSCHED_LOCK_HALTS);
	WRITE_ONCE(*this_cpu_ptr(&pvsched_asleep), true);
	pv_wait(ptr, val);
	WRITE_ONCE(*this_cpu_ptr(&pvsched_asleep), false);
}

static u32 pvsched_pending(int cpu)
{
	return (cpu % PVSCHED_CODES + 1) << _Q_PENDING_OFFSET;
}

static u32 pvsched_tail(int cpu, int idx)
{
	return (u32)(cpu + 1) << _Q_TAIL_CPU_OFFSET | idx << _Q_TAIL_IDX_OFFSET;
}

static struct pvsched_node *pvsched_tail_node(u32 val)
{
	int cpu = (val >> _Q_TAIL_CPU_OFFSET) - 1;
	int idx = (val & _Q_TAIL_IDX_MASK) >> _Q_TAIL_IDX_OFFSET;

	return &per_cpu_ptr(&pvsched_nodes, cpu)->node[idx];
}

/*
 * Step "enqueue". The pending byte names the queue head from the first moment.
 * Set the node's state beforehand, so that each node that the byte leads to looks
 * like a queue head.
 *
 * Return: the word before.
 */
static u32 pvsched_enqueue(struct qspinlock *lock, struct pvsched_node *node, u32 tail)
{
	u32 old = atomic_read(&lock->val), new;

	do {
		if (!old) {
			new = _Q_LOCKED_VAL;
		} else if (!(old & _Q_TAIL_MASK)) {
			WRITE_ONCE(node->state, PVSCHED_STATE_HEAD);
			new = old | node->pending | tail;
		} else {
			WRITE_ONCE(node->state, PVSCHED_STATE_WAITING);
			new = (old & ~_Q_TAIL_MASK) | tail;
		}
		/*
		 * Order the node's fields before the tail that leads to them. Pairs
		 * with the address dependency of a successor on the old tail in
		 * pvsched_lock_queued().
		 */
	} while (!atomic_try_cmpxchg(&lock->val, &old, new));

	return old;
}

/* Whether to spin on behind @prev, after @spins. */
static bool pvsched_turn_keep_spinning(const struct pvsched_node *prev, u32 spins)
{
	if (!pvsched_lock_active())
		return (spins & PVSCHED_BASE_CHECK_MASK) ||
		       READ_ONCE(prev->mode) < PVSCHED_MODE_ASLEEP;

	return spins < READ_ONCE(pvsched_lock_node_spins) || !pvsched_overcommitted();
}

/*
 * Rescue a queue head that does not come to take a free lock. The waiter behind it
 * is the first to profit, and the only one that looks.
 */
static void pvsched_turn_rescue(struct pvsched_node *node, struct pvsched_node *prev,
				struct pvsched_rescue *r)
{
	if (pvsched_lock_active() && pvsched_is_head(prev, node->lock))
		pvsched_rescue_head(node->lock, prev, r);
}

static bool pvsched_turn_spin(struct pvsched_node *node, struct pvsched_node *prev,
			      struct pvsched_rescue *r)
{
	u32 spins;

	for (spins = 0; spins < SPIN_THRESHOLD; spins++) {
		/* Pairs with the xchg() in pvsched_promote(). */
		if (smp_load_acquire(&node->state) == PVSCHED_STATE_HEAD)
			return true;

		if (!(spins & PVSCHED_CHECK_MASK)) {
			pvsched_turn_rescue(node, prev, r);
			if (!pvsched_turn_keep_spinning(prev, spins))
				break;
		}
		cpu_relax();
	}

	return false;
}

/*
 * Step "turn". Decide in one atomic operation whether the waiter counts as halted:
 * either this one or the promotion comes first.
 */
static void pvsched_await_turn(struct pvsched_node *node, struct pvsched_node *prev)
{
	struct pvsched_rescue r = { };

	while (!pvsched_turn_spin(node, prev, &r)) {
		WRITE_ONCE(node->mode, PVSCHED_MODE_ASLEEP);

		/* Pairs with the xchg() in pvsched_promote(). */
		if (cmpxchg(&node->state, PVSCHED_STATE_WAITING, PVSCHED_STATE_HALTED) ==
		    PVSCHED_STATE_WAITING) {
			pvsched_sleep(&node->state, PVSCHED_STATE_HALTED);
			cmpxchg(&node->state, PVSCHED_STATE_HALTED, PVSCHED_STATE_WAITING);
		}
		WRITE_ONCE(node->mode, PVSCHED_MODE_QUEUED);
	}
}

/*
 * Step "promote", by the new lock holder. The pending byte names the next waiter
 * already, unless it was not known yet.
 */
static void pvsched_promote(struct qspinlock *lock, struct pvsched_node *node,
			    struct pvsched_node *next)
{
	if (!next) {
		next = smp_cond_load_relaxed(&node->next, (VAL));
		WRITE_ONCE(lock->pending, READ_ONCE(next->pending) >> _Q_PENDING_OFFSET);
	}

	/*
	 * Pairs with the load in pvsched_turn_spin(), and with the cmpxchg() in
	 * pvsched_await_turn(): a waiter that went to sleep before is kicked at
	 * unlock; one that tries to sleep after does not.
	 */
	if (xchg(&next->state, PVSCHED_STATE_HEAD) == PVSCHED_STATE_HALTED)
		WRITE_ONCE(lock->locked, PVSCHED_SLOW);
}

/* Step "take", of a free lock whose word is @val. Return true on success. */
static bool pvsched_take(struct qspinlock *lock, struct pvsched_node *node, u32 tail, u32 val)
{
	struct pvsched_node *next;
	u32 new;

	/* Both acquires pair with the release by the unlock's xchg. */
	if ((val & _Q_TAIL_MASK) == tail)
		return atomic_try_cmpxchg_acquire(&lock->val, &val, _Q_LOCKED_VAL);

	next = READ_ONCE(node->next);
	new = (val & _Q_TAIL_MASK) | (next ? READ_ONCE(next->pending) : 0) | _Q_LOCKED_VAL;
	if (!atomic_try_cmpxchg_acquire(&lock->val, &val, new))
		return false;

	pvsched_promote(lock, node, next);
	return true;
}

static bool pvsched_head_keep_spinning(const struct pvsched_node *node, u32 spins, u32 *yields)
{
	int holder = READ_ONCE(node->holder);

	if (!pvsched_lock_active())
		return true;

	if (holder < 0)
		pvsched_help_unknown_holder(node->lock, spins, yields);
	else if (!pvsched_help_holder(holder, yields))
		return false;

	return spins < READ_ONCE(pvsched_lock_node_spins) || !pvsched_overcommitted();
}

static bool pvsched_head_spin(struct qspinlock *lock, struct pvsched_node *node, u32 tail,
			      u32 *yields)
{
	u32 spins, val;

	for (spins = 1; spins <= SPIN_THRESHOLD; spins++) {
		/* A take fails when another CPU queues or steals: look again. */
		do {
			val = atomic_read(&lock->val);
			if (!(val & _Q_LOCKED_MASK) && pvsched_take(lock, node, tail, val))
				return true;
		} while (!(val & _Q_LOCKED_MASK));

		cpu_relax();
		if (!(spins & PVSCHED_CHECK_MASK) &&
		    !pvsched_head_keep_spinning(node, spins, yields))
			break;
	}

	return false;
}

/*
 * Step "arm". The locked byte says in one operation that the lock is held and
 * that its unlock must kick. Do not sleep for a lock that is free by now.
 */
static bool pvsched_arm(struct qspinlock *lock)
{
	u8 locked = _Q_LOCKED_VAL;

	/* Pairs with the xchg in the unlock. */
	return try_cmpxchg(&lock->locked, &locked, PVSCHED_SLOW) || locked == PVSCHED_SLOW;
}

/* Wait as the queue head, and return with the lock. */
static void pvsched_await_lock(struct qspinlock *lock, struct pvsched_node *node, u32 tail)
{
	u32 yields = 0;

	pvsched_counter_inc(PVSCHED_LOCK_HANDOVERS);
	for (;;) {
		WRITE_ONCE(node->mode, PVSCHED_MODE_SPINNING);
		if (pvsched_head_spin(lock, node, tail, &yields))
			break;

		WRITE_ONCE(node->mode, PVSCHED_MODE_ASLEEP);
		if (pvsched_arm(lock))
			pvsched_sleep(&lock->locked, PVSCHED_SLOW);
	}
}

static bool pvsched_may_steal(const struct pvsched_node *head)
{
	return READ_ONCE(head->mode) != PVSCHED_MODE_SPINNING ||
	       (pvsched_lock_active() && vcpu_is_preempted(READ_ONCE(head->cpu)));
}

/* A node that queues anew for the same lock looks like the queue head for a moment. */
static bool pvsched_is_named(const struct pvsched_node *node, u8 pending)
{
	return READ_ONCE(node->pending) >> _Q_PENDING_OFFSET == (pending & PVSCHED_CODE);
}

/*
 * The queue head according to @val if a newcomer may steal from it, or NULL. Try
 * @last first, the queue head at the last look: most often it still is.
 */
static struct pvsched_node *pvsched_stealable_head(struct qspinlock *lock, u32 val,
						   struct pvsched_node *last)
{
	u8 pending = val >> _Q_PENDING_OFFSET;
	struct pvsched_node *node;
	unsigned int cpu;

	if (pending & PVSCHED_CLOSED)
		return NULL;

	if (last && pvsched_is_named(last, pending) && pvsched_is_head(last, lock) &&
	    pvsched_may_steal(last))
		return last;

	for_each_pvsched_head(node, cpu, lock, pending) {
		if (pvsched_may_steal(node))
			return node;
	}

	return NULL;
}

/*
 * Whether the count of steals is full. Beside other VMs allow more: no yield
 * brings the queue head back before the neighbour's slice is over, and a closed
 * lock stays unused until then.
 */
static bool pvsched_is_last_steal(u64 steals)
{
	u32 max = READ_ONCE(pvsched_lock_max_steals);

	return steals >= max &&
	       (pvsched_overcommitted() || steals >= PVSCHED_STEAL_FACTOR * (u64)max);
}

/* Count in the queue head's node, as the lock holder. The last steal closes the lock. */
static void pvsched_count_steal(struct qspinlock *lock, struct pvsched_node *head, u8 pending)
{
	WRITE_ONCE(head->holder, smp_processor_id());
	WRITE_ONCE(head->steals, READ_ONCE(head->steals) + 1);
	if (pvsched_is_last_steal(READ_ONCE(head->steals)))
		WRITE_ONCE(lock->pending, pending | PVSCHED_CLOSED);
}

/*
 * @head was the queue head before the lock was taken. A waiter of the same code
 * may have followed it since.
 */
static void pvsched_note_steal(struct qspinlock *lock, struct pvsched_node *head, u8 pending)
{
	unsigned int cpu;

	pvsched_counter_inc(PVSCHED_LOCK_STEALS);
	if (!pvsched_lock_active())
		return;

	if (nr_cpu_ids <= PVSCHED_CODES && pvsched_is_head(head, lock)) {
		pvsched_count_steal(lock, head, pending);
		return;
	}

	for_each_pvsched_head(head, cpu, lock, pending)
		pvsched_count_steal(lock, head, pending);
}

/*
 * Help the lock holder in place of the queue head, which is off CPU. Return false
 * if it is time to queue.
 */
static bool pvsched_steal_keep_spinning(const struct pvsched_node *head, u32 *yields)
{
	int holder = READ_ONCE(head->holder);

	return holder < 0 || !pvsched_lock_active() || pvsched_help_holder(holder, yields);
}

/*
 * A newcomer must not steal a closed lock, and queues. If the lock is free, rescue
 * the queue head before: the waiters behind it may all sleep.
 */
static void pvsched_steal_rescue(struct qspinlock *lock, u32 val)
{
	struct pvsched_rescue r = { .was_free = true };
	u8 pending = val >> _Q_PENDING_OFFSET;
	struct pvsched_node *node;
	unsigned int cpu;

	if ((val & _Q_LOCKED_MASK) || !(pending & PVSCHED_CLOSED) || !pvsched_lock_active())
		return;

	for_each_pvsched_head(node, cpu, lock, pending)
		pvsched_rescue_head(lock, node, &r);
}

static bool pvsched_try_steal(struct qspinlock *lock, struct pvsched_node *head, u32 val)
{
	u16 old = val & _Q_PENDING_MASK;

	/* Pairs with the release by the unlock's xchg. */
	if (!try_cmpxchg_acquire(&lock->locked_pending, &old, old | _Q_LOCKED_VAL))
		return false;

	pvsched_note_steal(lock, head, old >> _Q_PENDING_OFFSET);
	return true;
}

/* How many spins a newcomer tries for; the base's policy sets no limit. */
static u32 pvsched_steal_limit(void)
{
	if (!pvsched_lock_active())
		return U32_MAX;

	return READ_ONCE(pvsched_lock_max_steals) ? PVSCHED_LOCK_STEAL_SPINS : 0;
}

/*
 * Step "steal". While the queue head is off CPU, try for the lock before queueing.
 * Look at the queue head when it changes and now and then, but not when the lock
 * is free: every waiter pays for the time between that and the exchange.
 */
static bool pvsched_steal(struct qspinlock *lock)
{
	u32 limit = pvsched_steal_limit(), spins, val, seen = 0, yields = 0;
	struct pvsched_node *head = NULL;

	for (spins = 0; spins < limit; spins++) {
		val = atomic_read(&lock->val);
		if (!(val & _Q_TAIL_MASK))
			return false;

		if (!(spins & PVSCHED_STEAL_CHECK_MASK) || ((val ^ seen) & _Q_PENDING_MASK)) {
			head = pvsched_stealable_head(lock, val, head);
			if (!head || !pvsched_steal_keep_spinning(head, &yields)) {
				pvsched_steal_rescue(lock, val);
				return false;
			}
			seen = val;
		}
		if (!(val & _Q_LOCKED_MASK) && pvsched_try_steal(lock, head, val))
			return true;
		cpu_relax();
	}

	return false;
}

static void pvsched_init_node(struct pvsched_node *node, struct qspinlock *lock)
{
	WRITE_ONCE(node->next, NULL);
	WRITE_ONCE(node->cpu, smp_processor_id());
	WRITE_ONCE(node->pending, pvsched_pending(node->cpu));
	WRITE_ONCE(node->holder, -1);
	WRITE_ONCE(node->steals, 0);
	WRITE_ONCE(node->mode, PVSCHED_MODE_QUEUED);
	WRITE_ONCE(node->lock, lock);
}

/* Queue, wait, and return with the lock. */
static void pvsched_lock_queued(struct qspinlock *lock, struct pvsched_node *node, u32 tail)
{
	struct pvsched_node *prev;
	u32 old;

	pvsched_init_node(node, lock);
	old = pvsched_enqueue(lock, node, tail);
	if (!old)
		goto out;

	if (old & _Q_TAIL_MASK) {
		prev = pvsched_tail_node(old);
		WRITE_ONCE(node->holder, READ_ONCE(prev->cpu));
		WRITE_ONCE(prev->next, node);
		pvsched_await_turn(node, prev);
	}
	pvsched_await_lock(lock, node, tail);
out:
	WRITE_ONCE(node->lock, NULL);
}

/*
 * Spin for the locked byte without a place in the queue. Needed when there are
 * more nesting levels than nodes, which takes nested NMIs.
 */
static void pvsched_lock_unqueued(struct qspinlock *lock)
{
	u8 old = 0;

	while (READ_ONCE(lock->locked) ||
	       !try_cmpxchg_acquire(&lock->locked, &old, _Q_LOCKED_VAL)) {
		old = 0;
		cpu_relax();
	}
}

static void pvsched_lock_slow(struct qspinlock *lock)
{
	struct pvsched_nodes *nodes = this_cpu_ptr(&pvsched_nodes);
	int idx = nodes->depth++;

	/* An interrupt from here on takes the next node. */
	barrier();
	if (likely(idx < PVSCHED_NODES))
		pvsched_lock_queued(lock, &nodes->node[idx],
				    pvsched_tail(smp_processor_id(), idx));
	else
		pvsched_lock_unqueued(lock);
	barrier();
	nodes->depth--;
}

/**
 * pvsched_spin_lock_slowpath() - Acquire a contended spinlock.
 * @lock:	the lock
 * @val:	the lock word when the fast path failed
 *
 * In place of queued_spin_lock_slowpath().
 *
 * Context: any, NMI included; preemption off.
 */
__visible void __lockfunc pvsched_spin_lock_slowpath(struct qspinlock *lock, u32 val)
{
	bool measure = unlikely(READ_ONCE(pvsched_stats));
	u64 start = measure ? local_clock() : 0;

	trace_contention_begin(lock, LCB_F_SPIN);
	if (pvsched_lock_active() && pvsched_sample_is_due())
		pvsched_sample_running();
	if (!pvsched_steal(lock))
		pvsched_lock_slow(lock);
	trace_contention_end(lock, 0);

	if (measure)
		pvsched_note_lock_wait(start);
}

/**
 * pvsched_lock_init() - Install the queued spinlock in place of the base's.
 *
 * Called when the base has chosen its paravirtual spinlock, of which the halt and
 * the kick are used.
 *
 * Context: boot CPU, before the others are up and before alternatives.
 */
void __init pvsched_lock_init(void)
{
	if (!pvsched_part_usable(PVSCHED_PART_LOCK))
		return;

	pvsched_install_lock(pvsched_spin_lock_slowpath, __raw_callee_save_pvsched_spin_unlock);
	pvsched_lock_switch_on();
	pr_info("queued spinlock installed\n");
}
