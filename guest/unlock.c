// SPDX-License-Identifier: GPL-2.0
/*
 * Step "unlock" of the spinlock; see qspinlock.c.
 *
 * (0,0,1) -> (0,0,0) costs what it costs in the base. When its compare fails,
 * EAX holds the word. The pending byte in it does not change any more, for only
 * a lock holder writes it. One exchange then releases the lock and tells whether
 * the queue head sleeps. The kick and the yield come after the release. With the
 * part switched off and no sleeper there is nothing left to do.
 */
#define pr_fmt(fmt) "pvsched: " fmt

#include <linux/debug_locks.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <asm/ibt.h>
#include <asm/paravirt.h>
#include <asm/qspinlock.h>

#include "internal.h"
#include "lock.h"
#include "qnode.h"

/*
 * Whether the caller keeps other vCPUs waiting only with the lock just released.
 * A vCPU that holds an outer spinlock, that handles an interrupt, or that has
 * interrupts off, as below an outer lock taken with irqsave, must keep its CPU: the
 * waiters of the outer lock would wait for its return.
 *
 * The release comes before the matching preempt_enable() and irqrestore. So the lock
 * itself still counts, and a lock that was taken with irqsave never yields. Without
 * CONFIG_PREEMPT_COUNT outer locks leave no trace, and only the context counts. Nor
 * do arch_spin_lock() and its users, as the queued rwlock, have a count of their own.
 */
static bool pvsched_may_yield(void)
{
	return (preempt_count() & PREEMPT_MASK) <= PREEMPT_DISABLE_OFFSET &&
	       in_task() && !irqs_disabled();
}

/* Yield once when that many steals have happened, and always to a closed lock's head. */
static bool pvsched_wants_yield(const struct pvsched_node *node, u8 pending)
{
	return (pending & PVSCHED_CLOSED) ||
	       READ_ONCE(node->steals) == READ_ONCE(pvsched_lock_yield_after);
}

/*
 * Whether the queue head waits for a CPU. One that was kicked is not reported as
 * preempted until it runs.
 */
static bool pvsched_head_is_off_cpu(const struct pvsched_node *head, int cpu)
{
	return vcpu_is_preempted(cpu) || READ_ONCE(head->mode) >= PVSCHED_MODE_ASLEEP;
}

static noinline void pvsched_yield_to_head(int cpu)
{
	if (!pvsched_host_answers())
		return;

	pvsched_counter_inc(PVSCHED_LOCK_HEAD_YIELDS);
	pvsched_yield_to_cpu(cpu, PVSCHED_YIELD_QUEUE_HEAD);
}

/* Return true if the queue head slept and was not kicked yet. */
static bool pvsched_mark_kicked(struct pvsched_node *head)
{
	u8 mode = PVSCHED_MODE_ASLEEP;

	return try_cmpxchg(&head->mode, &mode, PVSCHED_MODE_KICKED);
}

/*
 * The queue head of a closed lock sleeps without a kick if the unlocker that owes
 * the kick was preempted, and others stole the lock since. No vCPU can take the lock
 * before that unlocker runs: kick in its place.
 */
static bool pvsched_kick_overdue(struct pvsched_node *head, int cpu, u8 pending)
{
	if (!(pending & PVSCHED_CLOSED) || !pvsched_mark_kicked(head))
		return false;

	pvsched_counter_inc(PVSCHED_LOCK_RESCUES);
	pv_kick(cpu);
	return true;
}

static void pvsched_yield_to_heads(struct qspinlock *lock, u8 pending)
{
	bool may_yield = pvsched_may_yield();
	struct pvsched_node *node;
	unsigned int cpu;

	if (!may_yield && !(pending & PVSCHED_CLOSED))
		return;

	for_each_pvsched_head(node, cpu, lock, pending) {
		if (pvsched_kick_overdue(node, cpu, pending))
			continue;
		if (may_yield && pvsched_wants_yield(node, pending) &&
		    pvsched_head_is_off_cpu(node, cpu))
			pvsched_yield_to_head(cpu);
	}
}

static void pvsched_kick_heads(struct qspinlock *lock, u8 pending)
{
	struct pvsched_node *node;
	unsigned int cpu;

	for_each_pvsched_head(node, cpu, lock, pending) {
		pvsched_counter_inc(PVSCHED_LOCK_KICKS);
		pv_kick(cpu);
		/* The kick takes a while. The node may be used for another lock now. */
		if (pvsched_is_head(node, lock))
			pvsched_mark_kicked(node);
	}
}

/**
 * pvsched_rescue_head() - Help a queue head to a lock that is free.
 * @lock:	the lock, which the caller waits for
 * @head:	its queue head
 * @r:		what this wait knows so far
 *
 * An unlocker that is preempted between the release and the kick leaves a free lock
 * and a queue head that sleeps. One that may not yield leaves a queue head that is
 * off CPU. If the lock is closed, no vCPU can take it until the queue head runs. Kick
 * the queue head in the unlocker's place, or yield to it. Do so when two looks in a
 * row find the lock free, because each unlock is about to kick for a moment.
 *
 * Context: any; the vCPU may lose its CPU meanwhile.
 */
noinline void pvsched_rescue_head(struct qspinlock *lock, struct pvsched_node *head,
				  struct pvsched_rescue *r)
{
	int cpu = READ_ONCE(head->cpu);
	u32 val = atomic_read(&lock->val);
	bool was_free = r->was_free;

	r->was_free = !(val & _Q_LOCKED_MASK);
	if (!was_free || !r->was_free || !pvsched_is_head(head, lock))
		return;

	if (pvsched_mark_kicked(head)) {
		pvsched_counter_inc(PVSCHED_LOCK_RESCUES);
		pv_kick(cpu);
	} else if ((val & (PVSCHED_CLOSED << _Q_PENDING_OFFSET)) &&
		   pvsched_head_is_off_cpu(head, cpu) &&
		   r->yields < PVSCHED_LOCK_MAX_YIELDS) {
		r->yields++;
		pvsched_yield_to_head(cpu);
	}
}

/**
 * pvsched_unlocked() - Kick the queue head, or yield to it.
 * @lock:	the lock, released already; its memory may be gone
 * @val:	the lock word before the release
 * @locked:	the locked byte before the release
 *
 * Called for a contended lock, unless the part is switched off and the queue head
 * is awake.
 *
 * Context: any.
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

/* In place of queued_spin_unlock(). */
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
