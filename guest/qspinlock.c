// SPDX-License-Identifier: GPL-2.0
/*
 * The queued spinlock of a guest: the unlocker knows who is next.
 *
 * The lock word, and with it every inline fast path of the kernel, is the
 * base's: a tail (CPU and nesting level), a pending byte and a locked byte,
 * written (tail,pending,locked) below. Only two of the bytes mean more here.
 *
 * pending: zero, or the code of the CPU that is head of the queue. It is set by
 *	whoever makes the head, never by the head itself, in the very operation
 *	that makes it one wherever that is possible. A head that was off CPU
 *	when its turn came is known all the same. PVSCHED_CLOSED beside the code
 *	says that nobody may pass the head any more.
 * locked: PVSCHED_SLOW means locked, and the head sleeps until it is kicked.
 *
 * The steps, named as in tests/model/qspinlock.pml:
 *
 * enqueue	(0,0,0) -> (0,0,1) take it; (0,0,x) -> (n,N,x) queue as head;
 *		(t,p,x) -> (n,p,x) queue behind t.
 * turn		wait in the queue: spin, then sleep. Only the time that a waiter
 *		waits itself sends it to sleep, never that of its predecessor.
 * take		the head, of a free lock: (n,N,0) -> (0,0,1) as the last one, or
 *		(t,N,0) -> (t,M,1) with M the next.
 * hand over	make the next one head. If it sleeps, set PVSCHED_SLOW for it.
 * arm		the head goes to sleep: (t,N,1) -> (t,N,SLOW), then halt.
 * steal	a newcomer, of a free lock whose head is off CPU:
 *		(t,N,0) -> (t,N,1). It counts in the head's node, and closes the
 *		lock to others when the count is full.
 * unlock	(0,0,1) -> (0,0,0), which costs what the base's costs; or
 *		(t,N,1) -> (t,N,0), then yield to a preempted head; or
 *		(t,N,SLOW) -> (t,N,0), then kick the head.
 *
 * Whoever holds the lock may write the pending byte and count in the head's
 * node; nobody else does. The head of a lock that is held stays its head.
 *
 * The head helps the holder: it yields to one that is preempted, and sleeps
 * when that does not help. A newcomer that may pass the head does so in its
 * place, and queues when that does not help. The holder is known unless it took
 * the lock without waiting. The head then yields to those who are preempted and
 * may be it, or leaves the choice to the host if they are many.
 *
 * With the part switched off at run time the same steps follow the base's
 * policy: spin for SPIN_THRESHOLD, sleep when the predecessor sleeps, steal
 * without a bound while the head does not spin, yield to nobody. The nodes are
 * the same, so the policy may change while locks are held.
 */
#define pr_fmt(fmt) "pvsched: " fmt

#include <linux/debugfs.h>
#include <linux/debug_locks.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/pvsched_guest.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <asm/current.h>
#include <asm/ibt.h>
#include <asm/paravirt.h>
#include <asm/qspinlock.h>
#include <trace/events/lock.h>

#include "internal.h"

/* Task, softirq, hardirq and NMI, as in the base. */
#define PVSCHED_NODES		4

#define PVSCHED_SLOW		3

/* The pending byte: a code, and whether the head may be passed no more. */
#define PVSCHED_CODES		127
#define PVSCHED_CODE		GENMASK(6, 0)
#define PVSCHED_CLOSED		BIT(7)

static_assert(_Q_PENDING_BITS == 8);
static_assert(_Q_LOCKED_OFFSET == 0);

/*
 * Spins between two looks at somebody else's state: of a waiter, of a newcomer,
 * whose spins are longer, and of a waiter by the base's policy.
 */
#define PVSCHED_LOOK_MASK	63
#define PVSCHED_STEAL_LOOK_MASK	31
#define PVSCHED_BASE_LOOK_MASK	255

/* What others want of a node; they, and its owner, change it atomically. */
enum pvsched_state {
	PVSCHED_WAITING,
	PVSCHED_HALTED,		/* waiting, and to be kicked once it is head */
	PVSCHED_HEAD,
};

/* What its owner does; only the owner writes it, and nobody relies on it. */
enum pvsched_mode {
	PVSCHED_QUEUED,
	PVSCHED_SPINNING,	/* as the head */
	PVSCHED_ASLEEP,
};

/*
 * @next:	behind this one
 * @lock:	what is waited for, NULL while the node is free
 * @cpu:	whose node it is
 * @holder:	CPU that took the lock last, -1 if unknown; written by a holder
 *		that passed this head
 * @passed:	how often this head was passed; written by the holder
 * @pending:	its code, in the place of the pending byte
 */
struct pvsched_node {
	struct pvsched_node *next;
	struct qspinlock *lock;
	int cpu;
	int holder;
	u32 passed;
	u32 pending;
	u8 state;
	u8 mode;
};

struct pvsched_nodes {
	struct pvsched_node node[PVSCHED_NODES];
	int depth;
};

static DEFINE_PER_CPU_ALIGNED(struct pvsched_nodes, pvsched_nodes);

static u32 pvsched_lock_max_steals __read_mostly = 128;
static u32 pvsched_lock_steal_spins __read_mostly = 8192;
static u32 pvsched_lock_node_spins __read_mostly = 512;
static u32 pvsched_lock_head_spins __read_mostly = 512;
static u32 pvsched_lock_max_yields __read_mostly = 4;
static u32 pvsched_lock_anyone_spins __read_mostly = 512;
static u32 pvsched_lock_yield_after __read_mostly = 16;

/* The part's switch; read in the assembler of the unlock, too. */
bool pvsched_lock __read_mostly;

static DEFINE_PER_CPU(u64, pvsched_longest_wait);

static bool pvsched_lock_active(void)
{
	return READ_ONCE(pvsched_lock);
}

/*
 * Is the VM short of CPUs by itself? A waiter that sleeps early then leaves its
 * CPU to a sibling. Beside other VMs it would leave it to them, and have to wait
 * for it again: there it spins for as long as in the base.
 *
 * A preempted vCPU looks the same in both cases. But the host runs as many
 * vCPUs of a VM at once as it has CPUs for it, at times also beside other VMs.
 * So compare those that want to run with the most that were seen to run at once
 * lately; half as many again are a crowd, for PVSCHED_CROWDED. A few more are
 * none: a small VM beside another one may be seen with half of its vCPUs only.
 */
#define PVSCHED_CROWDED		HZ
#define PVSCHED_FEW		2
#define PVSCHED_LATELY		(2 * HZ)

/* A head beside other VMs may be passed so many times as often. */
#define PVSCHED_PATIENCE	8

/* Look at so many CPUs; they stand for the others. */
#define PVSCHED_LOOK_CPUS	64

/* More preempted vCPUs than this that may be the holder are too many to name. */
#define PVSCHED_MANY		4

static struct {
	unsigned long at;	/* of the last look */
	unsigned long until;	/* when the crowd is over */
	unsigned long since;	/* start of most[0] */
	unsigned int most[2];	/* that ran at once: lately, and before */
} pvsched_crowd = {
	.at = INITIAL_JIFFIES,
	.until = INITIAL_JIFFIES,
	.since = INITIAL_JIFFIES,
};

/* Does the CPU sleep for a lock? Written by itself, and nobody relies on it. */
static DEFINE_PER_CPU(bool, pvsched_asleep);

static void pvsched_sleep(u8 *ptr, u8 val)
{
	pvsched_count(PVSCHED_LOCK_HALTS);
	WRITE_ONCE(*this_cpu_ptr(&pvsched_asleep), true);
	pv_wait(ptr, val);
	WRITE_ONCE(*this_cpu_ptr(&pvsched_asleep), false);
}

static unsigned int pvsched_most(unsigned int running)
{
	unsigned int most = READ_ONCE(pvsched_crowd.most[0]);

	if (time_after(jiffies, READ_ONCE(pvsched_crowd.since) + PVSCHED_LATELY)) {
		WRITE_ONCE(pvsched_crowd.since, jiffies);
		WRITE_ONCE(pvsched_crowd.most[1], most);
		WRITE_ONCE(pvsched_crowd.most[0], running);
	} else if (running > most) {
		WRITE_ONCE(pvsched_crowd.most[0], running);
	}

	return max3(running, most, READ_ONCE(pvsched_crowd.most[1]));
}

/*
 * Is the idle task current on @cpu? Compare addresses and take no lock: whoever
 * waits here may hold any of the scheduler's.
 */
static bool pvsched_idles(int cpu)
{
	return READ_ONCE(per_cpu_ptr(&pcpu_hot, cpu)->current_task) == idle_task(cpu);
}

/*
 * A vCPU that halted is not reported as preempted, also while it waits for a CPU
 * to wake up on. Until then it sleeps for a lock, or its idle task is current.
 */
static bool pvsched_runs(int cpu)
{
	return !vcpu_is_preempted(cpu) && !READ_ONCE(per_cpu(pvsched_asleep, cpu)) &&
	       !pvsched_idles(cpu);
}

/* One look a jiffy, by whoever comes first; two at once do no harm. */
static noinline void pvsched_look_around(void)
{
	u64 steal = paravirt_steal_clock(smp_processor_id());
	unsigned int cpu, most, running = 0, wanting = 0, looks = 0;

	WRITE_ONCE(pvsched_crowd.at, jiffies);
	for_each_online_cpu(cpu) {
		if (looks++ == PVSCHED_LOOK_CPUS)
			break;
		if (idle_cpu(cpu))
			continue;
		wanting++;
		running += pvsched_runs(cpu);
	}

	/* Preempted meanwhile: what was counted was never so. */
	if (steal != paravirt_steal_clock(smp_processor_id()))
		return;

	most = pvsched_most(running);
	if (2 * wanting > 3 * most && wanting > most + PVSCHED_FEW)
		WRITE_ONCE(pvsched_crowd.until, jiffies + PVSCHED_CROWDED);
}

static bool pvsched_crowded(void)
{
	return time_before(jiffies, READ_ONCE(pvsched_crowd.until));
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

static bool pvsched_is_head(const struct pvsched_node *node, const struct qspinlock *lock)
{
	return READ_ONCE(node->lock) == lock && READ_ONCE(node->state) == PVSCHED_HEAD;
}

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

static struct pvsched_node *pvsched_head_from(const struct qspinlock *lock, unsigned int *cpu)
{
	struct pvsched_node *node;

	for (; *cpu < nr_cpu_ids; *cpu += PVSCHED_CODES) {
		node = pvsched_head_on(lock, *cpu);
		if (node)
			return node;
	}

	return NULL;
}

/*
 * The heads that @pending may stand for. @lock is an address here and not
 * looked into, so that it may be gone.
 *
 * Up to PVSCHED_CODES CPUs a code names one CPU. With more of them, a waiter of
 * the same code that is about to queue may look like the head for a moment: act
 * on all that are found, for the head is among them.
 */
#define for_each_pvsched_head(node, cpu, lock, pending)				\
	for ((cpu) = ((pending) & PVSCHED_CODE) - 1,				\
	     (node) = pvsched_head_from(lock, &(cpu)); (node);			\
	     (cpu) += PVSCHED_CODES, (node) = pvsched_head_from(lock, &(cpu)))

/*
 * Step "enqueue". The pending byte names the head from the moment it is one.
 * The node's state goes with that: nobody finds a head that does not look so.
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
			WRITE_ONCE(node->state, PVSCHED_HEAD);
			new = old | node->pending | tail;
		} else {
			WRITE_ONCE(node->state, PVSCHED_WAITING);
			new = (old & ~_Q_TAIL_MASK) | tail;
		}
		/* Orders the node's fields before the tail that leads to them. */
	} while (!atomic_try_cmpxchg(&lock->val, &old, new));

	return old;
}

/* Is there a reason to go on spinning behind @prev, after @spins? */
static bool pvsched_turn_stays(const struct pvsched_node *prev, u32 spins)
{
	if (!pvsched_lock_active())
		return (spins & PVSCHED_BASE_LOOK_MASK) || READ_ONCE(prev->mode) != PVSCHED_ASLEEP;

	return spins < READ_ONCE(pvsched_lock_node_spins) || !pvsched_crowded();
}

static bool pvsched_turn_spin(struct pvsched_node *node, const struct pvsched_node *prev)
{
	u32 spins;

	for (spins = 0; spins < SPIN_THRESHOLD; spins++) {
		/* Pairs with the xchg() in pvsched_hand_over(). */
		if (smp_load_acquire(&node->state) == PVSCHED_HEAD)
			return true;

		if (!(spins & PVSCHED_LOOK_MASK) && !pvsched_turn_stays(prev, spins))
			break;
		cpu_relax();
	}

	return false;
}

/* Step "turn". Halted or not is decided in one place, by whoever comes first. */
static void pvsched_turn(struct pvsched_node *node, const struct pvsched_node *prev)
{
	while (!pvsched_turn_spin(node, prev)) {
		WRITE_ONCE(node->mode, PVSCHED_ASLEEP);

		/* Pairs with the xchg() in pvsched_hand_over(). */
		if (cmpxchg(&node->state, PVSCHED_WAITING, PVSCHED_HALTED) == PVSCHED_WAITING) {
			pvsched_sleep(&node->state, PVSCHED_HALTED);
			cmpxchg(&node->state, PVSCHED_HALTED, PVSCHED_WAITING);
		}
		WRITE_ONCE(node->mode, PVSCHED_QUEUED);
	}
}

/*
 * Step "hand over", by the new holder. The pending byte has named the next one
 * already, unless it was not known yet.
 */
static void pvsched_hand_over(struct qspinlock *lock, struct pvsched_node *node,
			      struct pvsched_node *next)
{
	if (!next) {
		next = smp_cond_load_relaxed(&node->next, (VAL));
		WRITE_ONCE(lock->pending, READ_ONCE(next->pending) >> _Q_PENDING_OFFSET);
	}

	/*
	 * Pairs with the load in pvsched_turn_spin(), and with the cmpxchg() in
	 * pvsched_turn(): a waiter that went to sleep before gets its kick at
	 * unlock, one that goes to sleep after does not do so.
	 */
	if (xchg(&next->state, PVSCHED_HEAD) == PVSCHED_HALTED)
		WRITE_ONCE(lock->locked, PVSCHED_SLOW);
}

/* Step "take", of a free lock that is @val. Return true if it is ours now. */
static bool pvsched_take(struct qspinlock *lock, struct pvsched_node *node, u32 tail, u32 val)
{
	struct pvsched_node *next;
	u32 new;

	/* Either one pairs with the release of the lock in the unlock. */
	if ((val & _Q_TAIL_MASK) == tail)
		return atomic_try_cmpxchg_acquire(&lock->val, &val, _Q_LOCKED_VAL);

	next = READ_ONCE(node->next);
	new = (val & _Q_TAIL_MASK) | (next ? READ_ONCE(next->pending) : 0) | _Q_LOCKED_VAL;
	if (!atomic_try_cmpxchg_acquire(&lock->val, &val, new))
		return false;

	pvsched_hand_over(lock, node, next);
	return true;
}

/* Does the CPU wait for @lock, and so does not hold it? */
static bool pvsched_waits_for(const struct qspinlock *lock, int cpu)
{
	const struct pvsched_node *node = per_cpu_ptr(&pvsched_nodes, cpu)->node;
	int i;

	for (i = 0; i < PVSCHED_NODES; i++) {
		if (READ_ONCE(node[i].lock) == lock)
			return true;
	}

	return false;
}

/* Name those who are preempted and may hold @lock. Return how many. */
static unsigned int pvsched_name_holders(const struct qspinlock *lock, struct pvsched_window *w)
{
	unsigned int cpu, looks = 0, named = 0;

	for_each_online_cpu(cpu) {
		if (looks++ == PVSCHED_LOOK_CPUS || named > PVSCHED_MANY)
			break;
		if (!pvsched_needs_help(cpu) || pvsched_waits_for(lock, cpu))
			continue;
		if (++named <= PVSCHED_MANY)
			pvsched_window_add(w, cpu);
	}

	return named;
}

/*
 * The holder is not known. Of a few who may be it the host runs one for each CPU
 * that they wait for; if they are many, have it choose.
 */
static noinline void pvsched_help_anyone(const struct pvsched_node *node, u32 spins, u32 *yields)
{
	PVSCHED_WINDOW(window, PVSCHED_YIELD_LOCK_HOLDER);
	u32 after = READ_ONCE(pvsched_lock_anyone_spins);
	unsigned int named;

	if (!after || spins < after || *yields >= READ_ONCE(pvsched_lock_max_yields) ||
	    !pvsched_host_answers())
		return;

	named = pvsched_name_holders(node->lock, &window);
	if (!named)
		return;

	++*yields;
	pvsched_count(PVSCHED_LOCK_ANYONE_YIELDS);
	if (named <= PVSCHED_MANY)
		pvsched_window_yield(&window);
	else
		pvsched_yield_to_anyone(PVSCHED_YIELD_LOCK_HOLDER);
}

static void pvsched_yield_to_cpu(int cpu, u32 reason, enum pvsched_counter counter)
{
	PVSCHED_WINDOW(window, reason);

	pvsched_count(counter);
	pvsched_window_add(&window, cpu);
	pvsched_window_yield(&window);
}

/* Yield to a holder that is preempted. Return false if that was done too often. */
static noinline bool pvsched_help_holder(int holder, u32 *yields)
{
	if (!vcpu_is_preempted(holder))
		return true;

	if (*yields >= READ_ONCE(pvsched_lock_max_yields) || !pvsched_host_answers())
		return false;

	++*yields;
	pvsched_yield_to_cpu(holder, PVSCHED_YIELD_LOCK_HOLDER, PVSCHED_LOCK_HOLDER_YIELDS);

	return true;
}

static bool pvsched_head_stays(const struct pvsched_node *node, u32 spins, u32 *yields)
{
	int holder = READ_ONCE(node->holder);

	if (!pvsched_lock_active())
		return true;

	if (holder < 0)
		pvsched_help_anyone(node, spins, yields);
	else if (!pvsched_help_holder(holder, yields))
		return false;

	return spins < READ_ONCE(pvsched_lock_head_spins) || !pvsched_crowded();
}

static bool pvsched_head_spin(struct qspinlock *lock, struct pvsched_node *node, u32 tail,
			      u32 *yields)
{
	u32 spins, val;

	for (spins = 1; spins <= SPIN_THRESHOLD; spins++) {
		/* A failure means that somebody has queued or passed: look again. */
		do {
			val = atomic_read(&lock->val);
			if (!(val & _Q_LOCKED_MASK) && pvsched_take(lock, node, tail, val))
				return true;
		} while (!(val & _Q_LOCKED_MASK));

		cpu_relax();
		if (!(spins & PVSCHED_LOOK_MASK) && !pvsched_head_stays(node, spins, yields))
			break;
	}

	return false;
}

/*
 * Step "arm". The locked byte says in one operation that the lock is held and
 * that its unlock must kick; a lock released before is not waited for.
 */
static bool pvsched_arm(struct qspinlock *lock)
{
	u8 locked = _Q_LOCKED_VAL;

	/* Pairs with the xchg in the unlock. */
	return try_cmpxchg(&lock->locked, &locked, PVSCHED_SLOW) || locked == PVSCHED_SLOW;
}

static void pvsched_head(struct qspinlock *lock, struct pvsched_node *node, u32 tail)
{
	u32 yields = 0;

	pvsched_count(PVSCHED_LOCK_HANDOVERS);
	for (;;) {
		WRITE_ONCE(node->mode, PVSCHED_SPINNING);
		if (pvsched_head_spin(lock, node, tail, &yields))
			break;

		WRITE_ONCE(node->mode, PVSCHED_ASLEEP);
		if (pvsched_arm(lock))
			pvsched_sleep(&lock->locked, PVSCHED_SLOW);
	}
}

static bool pvsched_may_pass(const struct pvsched_node *head)
{
	return READ_ONCE(head->mode) != PVSCHED_SPINNING ||
	       (pvsched_lock_active() && vcpu_is_preempted(READ_ONCE(head->cpu)));
}

/*
 * The head according to @val if a newcomer may pass it, or NULL. @last was it
 * at the last look, and most often is.
 */
static struct pvsched_node *pvsched_passable(struct qspinlock *lock, u32 val,
					     struct pvsched_node *last)
{
	u8 pending = val >> _Q_PENDING_OFFSET;
	struct pvsched_node *node;
	unsigned int cpu;

	if (pending & PVSCHED_CLOSED)
		return NULL;

	if (last && pvsched_is_head(last, lock) && pvsched_may_pass(last))
		return last;

	for_each_pvsched_head(node, cpu, lock, pending) {
		if (pvsched_may_pass(node))
			return node;
	}

	return NULL;
}

/*
 * Was the head passed as often as it may be? Beside other VMs that is more often,
 * for there no yield brings it back before the neighbour's slice is over, and a
 * closed lock would be nobody's until then.
 */
static bool pvsched_is_last_pass(u64 passed)
{
	u32 max = READ_ONCE(pvsched_lock_max_steals);

	return passed >= max && (pvsched_crowded() || passed >= PVSCHED_PATIENCE * (u64)max);
}

/* Count in the head's node, as the holder. The last one allowed closes the lock. */
static void pvsched_note_pass(struct qspinlock *lock, struct pvsched_node *head, u8 pending)
{
	WRITE_ONCE(head->holder, smp_processor_id());
	WRITE_ONCE(head->passed, READ_ONCE(head->passed) + 1);
	if (pvsched_is_last_pass(READ_ONCE(head->passed)))
		WRITE_ONCE(lock->pending, pending | PVSCHED_CLOSED);
}

/* @head was it before the lock was taken; others of its code may have followed. */
static void pvsched_note_steal(struct qspinlock *lock, struct pvsched_node *head, u8 pending)
{
	unsigned int cpu;

	pvsched_count(PVSCHED_LOCK_STEALS);
	if (!pvsched_lock_active())
		return;

	if (nr_cpu_ids <= PVSCHED_CODES && pvsched_is_head(head, lock)) {
		pvsched_note_pass(lock, head, pending);
		return;
	}

	for_each_pvsched_head(head, cpu, lock, pending)
		pvsched_note_pass(lock, head, pending);
}

/*
 * The head is off CPU and helps nobody: act for it. Return false if it is time
 * to queue.
 */
static bool pvsched_steal_stays(const struct pvsched_node *head, u32 *yields)
{
	int holder = READ_ONCE(head->holder);

	return holder < 0 || !pvsched_lock_active() || pvsched_help_holder(holder, yields);
}

static bool pvsched_try_steal(struct qspinlock *lock, struct pvsched_node *head, u32 val)
{
	u16 old = val & _Q_PENDING_MASK;

	/* Pairs with the release of the lock in the unlock. */
	if (!try_cmpxchg_acquire(&lock->locked_pending, &old, old | _Q_LOCKED_VAL))
		return false;

	pvsched_note_steal(lock, head, old >> _Q_PENDING_OFFSET);
	return true;
}

/* For how long a newcomer tries; the base's policy sets no limit. */
static u32 pvsched_steal_limit(void)
{
	if (!pvsched_lock_active())
		return U32_MAX;

	return READ_ONCE(pvsched_lock_max_steals) ? READ_ONCE(pvsched_lock_steal_spins) : 0;
}

/*
 * Step "steal". While the head is off CPU, try for the lock before queueing;
 * the base's policy tries for as long as that lasts. Look at the head when it is
 * another one, and now and then, and not when the lock is free: everybody waits
 * for what is done between that and the exchange.
 */
static bool pvsched_steal(struct qspinlock *lock)
{
	u32 limit = pvsched_steal_limit(), spins, val, seen = 0, yields = 0;
	struct pvsched_node *head = NULL;

	for (spins = 0; spins < limit; spins++) {
		val = atomic_read(&lock->val);
		if (!(val & _Q_TAIL_MASK))
			return false;

		if (!(spins & PVSCHED_STEAL_LOOK_MASK) || ((val ^ seen) & _Q_PENDING_MASK)) {
			head = pvsched_passable(lock, val, head);
			if (!head || !pvsched_steal_stays(head, &yields))
				return false;
			seen = val;
		}
		if (!(val & _Q_LOCKED_MASK) && pvsched_try_steal(lock, head, val))
			return true;
		cpu_relax();
	}

	return false;
}

/* Queue, wait, and come back with the lock. */
static void pvsched_wait(struct qspinlock *lock, struct pvsched_node *node, u32 tail)
{
	struct pvsched_node *prev;
	u32 old;

	WRITE_ONCE(node->next, NULL);
	WRITE_ONCE(node->cpu, smp_processor_id());
	WRITE_ONCE(node->pending, pvsched_pending(node->cpu));
	WRITE_ONCE(node->holder, -1);
	WRITE_ONCE(node->passed, 0);
	WRITE_ONCE(node->mode, PVSCHED_QUEUED);
	WRITE_ONCE(node->lock, lock);

	old = pvsched_enqueue(lock, node, tail);
	if (!old)
		goto out;

	if (old & _Q_TAIL_MASK) {
		prev = pvsched_tail_node(old);
		WRITE_ONCE(node->holder, READ_ONCE(prev->cpu));
		WRITE_ONCE(prev->next, node);
		pvsched_turn(node, prev);
	}
	pvsched_head(lock, node, tail);
out:
	WRITE_ONCE(node->lock, NULL);
}

/*
 * More nesting levels than nodes, which takes nested NMIs: spin for the locked
 * byte, past everybody.
 */
static void pvsched_grab(struct qspinlock *lock)
{
	u8 old = 0;

	while (READ_ONCE(lock->locked) ||
	       !try_cmpxchg_acquire(&lock->locked, &old, _Q_LOCKED_VAL)) {
		old = 0;
		cpu_relax();
	}
}

static void pvsched_slowpath(struct qspinlock *lock)
{
	struct pvsched_nodes *nodes = this_cpu_ptr(&pvsched_nodes);
	int idx = nodes->depth++;

	/* An interrupt from here on takes the next node. */
	barrier();
	if (likely(idx < PVSCHED_NODES))
		pvsched_wait(lock, &nodes->node[idx], pvsched_tail(smp_processor_id(), idx));
	else
		pvsched_grab(lock);
	barrier();
	nodes->depth--;
}

static void pvsched_note_wait(u64 start)
{
	u64 ns = local_clock() - start;

	if (ns > this_cpu_read(pvsched_longest_wait))
		this_cpu_write(pvsched_longest_wait, ns);
}

/* In place of queued_spin_lock_slowpath(). */
__visible void __lockfunc pvsched_spin_lock_slowpath(struct qspinlock *lock, u32 val)
{
	bool measure = unlikely(READ_ONCE(pvsched_stats));
	u64 start = measure ? local_clock() : 0;

	trace_contention_begin(lock, LCB_F_SPIN);
	if (pvsched_lock_active() && time_after(jiffies, READ_ONCE(pvsched_crowd.at)))
		pvsched_look_around();
	if (!pvsched_steal(lock))
		pvsched_slowpath(lock);
	trace_contention_end(lock, 0);

	if (measure)
		pvsched_note_wait(start);
}

/* Yield once, when the head was passed so often, and when it may not be any more. */
static bool pvsched_wants_yield(const struct pvsched_node *node, u8 pending)
{
	return (pending & PVSCHED_CLOSED) ||
	       READ_ONCE(node->passed) == READ_ONCE(pvsched_lock_yield_after);
}

/*
 * Does the head wait for a CPU? One that was kicked is not reported as preempted
 * until it runs.
 */
static bool pvsched_is_off(const struct pvsched_node *head, int cpu)
{
	return vcpu_is_preempted(cpu) || READ_ONCE(head->mode) == PVSCHED_ASLEEP;
}

static noinline void pvsched_yield_to_head(int cpu)
{
	if (pvsched_host_answers())
		pvsched_yield_to_cpu(cpu, PVSCHED_YIELD_QUEUE_HEAD, PVSCHED_LOCK_HEAD_YIELDS);
}

static void pvsched_yield_to_heads(struct qspinlock *lock, u8 pending)
{
	struct pvsched_node *node;
	unsigned int cpu;

	for_each_pvsched_head(node, cpu, lock, pending) {
		if (pvsched_wants_yield(node, pending) && pvsched_is_off(node, cpu))
			pvsched_yield_to_head(cpu);
	}
}

static void pvsched_kick_heads(struct qspinlock *lock, u8 pending)
{
	struct pvsched_node *node;
	unsigned int cpu;

	for_each_pvsched_head(node, cpu, lock, pending) {
		pvsched_count(PVSCHED_LOCK_KICKS);
		pv_kick(cpu);
	}
}

/*
 * Step "unlock" of a contended lock, unless the part is switched off and nobody
 * sleeps. It was @val, its locked byte @locked, and it may be gone.
 */
__visible void __lockfunc pvsched_unlocked(struct qspinlock *lock, u32 val, u8 locked)
{
	u8 pending = val >> _Q_PENDING_OFFSET;

	if (locked == PVSCHED_SLOW)
		pvsched_kick_heads(lock, pending);
	else if (unlikely(locked != _Q_LOCKED_VAL))
		WARN(!debug_locks_silent, "pvsched: lock %p was corrupted: %#x, %#x\n", lock,
		     val, locked);
	else
		pvsched_yield_to_heads(lock, pending);
}

__PV_CALLEE_SAVE_REGS_THUNK(pvsched_unlocked, ".spinlock.text");

/*
 * In place of queued_spin_unlock(). (0,0,1) -> (0,0,0) costs what it costs in
 * the base. When that fails, EAX holds the word, whose pending byte does not
 * change any more, and one exchange releases the lock and tells whether the
 * head sleeps. What is left to do comes after the release: if nobody sleeps and
 * the part is switched off, that is nothing.
 */
#define PVSCHED_UNLOCK_ASM						\
	FRAME_BEGIN							\
	"push  %rdx\n\t"						\
	"mov   $" __stringify(_Q_LOCKED_VAL) ",%eax\n\t"		\
	"xor   %edx,%edx\n\t"						\
	LOCK_PREFIX "cmpxchg %edx,(%rdi)\n\t"				\
	"jne   1f\n\t"							\
	"pop   %rdx\n\t"						\
	FRAME_END							\
	ASM_RET								\
	"1: xchg %dl,(%rdi)\n\t"					\
	"cmp   $" __stringify(_Q_LOCKED_VAL) ",%dl\n\t"		\
	"jne   2f\n\t"							\
	"cmpb  $0,pvsched_lock(%rip)\n\t"				\
	"je    3f\n\t"							\
	"2: push %rsi\n\t"						\
	"mov   %eax,%esi\n\t"						\
	"call  __raw_callee_save_pvsched_unlocked\n\t"			\
	"pop   %rsi\n\t"						\
	"3: pop %rdx\n\t"						\
	FRAME_END

DEFINE_ASM_FUNC(__raw_callee_save_pvsched_spin_unlock, PVSCHED_UNLOCK_ASM, .spinlock.text);

static bool pvsched_lock_installed __ro_after_init;

static int pvsched_set_lock(const char *val, const struct kernel_param *kp)
{
	bool on;

	if (kstrtobool(val, &on))
		return -EINVAL;

	if (on && !pvsched_lock_installed)
		return -EOPNOTSUPP;

	WRITE_ONCE(pvsched_lock, on);

	return 0;
}

static const struct kernel_param_ops pvsched_lock_ops = {
	.set = pvsched_set_lock,
	.get = param_get_bool,
};
module_param_cb(lock, &pvsched_lock_ops, &pvsched_lock, 0644);

/**
 * pvsched_lock_init() - Put our queued spinlock in place of the base's.
 *
 * Called when the base has decided for its paravirtual spinlock, of which the
 * halt and the kick are used.
 *
 * Context: boot CPU, before the others are up and before alternatives.
 */
void __init pvsched_lock_init(void)
{
	if (!pvsched_part_usable(PVSCHED_PART_LOCK))
		return;

	pv_ops.lock.queued_spin_lock_slowpath = pvsched_spin_lock_slowpath;
	pv_ops.lock.queued_spin_unlock =
		__PV_IS_CALLEE_SAVE(__raw_callee_save_pvsched_spin_unlock);
	pvsched_lock_installed = true;
	pvsched_lock = true;
	pr_info("queued spinlock installed\n");
}

static int pvsched_longest_get(void *data, u64 *val)
{
	int cpu;

	*val = 0;
	for_each_possible_cpu(cpu)
		*val = max(*val, per_cpu(pvsched_longest_wait, cpu));

	return 0;
}

/* Whatever is written: start over. */
static int pvsched_longest_set(void *data, u64 val)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(pvsched_longest_wait, cpu) = 0;

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(pvsched_longest_fops, pvsched_longest_get, pvsched_longest_set,
			 "%llu\n");

void __init pvsched_lock_debugfs(struct dentry *dir)
{
	debugfs_create_u32("lock_max_steals", 0644, dir, &pvsched_lock_max_steals);
	debugfs_create_u32("lock_steal_spins", 0644, dir, &pvsched_lock_steal_spins);
	debugfs_create_u32("lock_node_spins", 0644, dir, &pvsched_lock_node_spins);
	debugfs_create_u32("lock_head_spins", 0644, dir, &pvsched_lock_head_spins);
	debugfs_create_u32("lock_max_yields", 0644, dir, &pvsched_lock_max_yields);
	debugfs_create_u32("lock_anyone_spins", 0644, dir, &pvsched_lock_anyone_spins);
	debugfs_create_u32("lock_yield_after", 0644, dir, &pvsched_lock_yield_after);
	debugfs_create_file_unsafe("lock_longest_wait_ns", 0644, dir, NULL,
				   &pvsched_longest_fops);
}
