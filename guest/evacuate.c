// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks leave a CPU that is folded, and come to one that returns.
 *
 * The CPU does both itself, in its stopper: then no other task of it runs, and each
 * is in the queue. It moves them one by one, each to where the load is least at that
 * moment, with interrupts off for one move only. No task of the CPU runs meanwhile, also
 * none of a higher class, so it moves PVSCHED_SETTLE_MAX at a time; the next tick has
 * the rest.
 *
 * A CPU that sleeps is not woken up to be folded, nor to return when no other CPU
 * has more than one task.
 */
#include <linux/mmu_context.h>
#include <linux/pvsched_preferred.h>

#include "sched.h"

#include "base.h"
#include "internal.h"
#include "fold.h"

/* Tasks that a CPU fetches at once; the balancer has the rest. */
#define PVSCHED_PULL_MAX	16

/* Tasks that leave at once: some hundred us. */
#define PVSCHED_SETTLE_MAX	128

static DEFINE_PER_CPU(struct cpu_stop_work, pvsched_stop_work);

/* Whether that work is queued. Set before it is queued, cleared when it begins. */
static DEFINE_PER_CPU(int, pvsched_stop_queued);

/* A task of the queue that can leave, and where to. NULL if none can. */
static struct task_struct *pvsched_find_leaver(struct rq *rq, int *to)
{
	struct task_struct *p;

	list_for_each_entry(p, &rq->cfs_tasks, se.group_node) {
		if (task_on_cpu(rq, p))
			continue;
		*to = pvsched_refuge(p, cpu_of(rq));
		if (*to >= 0)
			return p;
	}

	return NULL;
}

/* A task of a throttled group does not run here either. */
static bool pvsched_is_throttled(struct task_struct *p)
{
#ifdef CONFIG_CFS_BANDWIDTH
	return task_cfs_rq(p)->throttle_count;
#else
	return false;
#endif
}

/* A task of another CPU's queue that may come to CPU @to. */
static struct task_struct *pvsched_find_comer(struct rq *rq, int to)
{
	struct task_struct *p;

	list_for_each_entry_reverse(p, &rq->cfs_tasks, se.group_node) {
		if (!task_on_cpu(rq, p) && !p->se.sched_delayed && !is_migration_disabled(p) &&
		    !kthread_is_per_cpu(p) && !pvsched_is_throttled(p) &&
		    cpumask_test_cpu(to, p->cpus_ptr))
			return p;
	}

	return NULL;
}

/*
 * The caller has locked @rq and disabled interrupts, without which no CPU goes
 * offline. Until the second lock is held the task is in no queue, as when the
 * balancer moves it.
 */
static void pvsched_move(struct rq *rq, struct rq_flags *rf, struct task_struct *p, int to)
{
	deactivate_task(rq, p, DEQUEUE_NOCLOCK);
	set_task_cpu(p, to);
	rq_unlock(rq, rf);

	rq = cpu_rq(to);
	rq_lock(rq, rf);
	update_rq_clock(rq);
	activate_task(rq, p, ENQUEUE_NOCLOCK);
	wakeup_preempt(rq, p, 0);
	rq_unlock(rq, rf);
}

static bool pvsched_evacuate_one(struct rq *rq)
{
	struct task_struct *p;
	struct rq_flags rf;
	int to;

	guard(irqsave)();
	rq_lock(rq, &rf);
	p = pvsched_find_leaver(rq, &to);
	if (!p) {
		rq_unlock(rq, &rf);
		return false;
	}

	update_rq_clock(rq);
	pvsched_move(rq, &rf, p, to);
	pvsched_counter_inc(PVSCHED_FOLD_LEFT);
	pvsched_fold_note(PVSCHED_FOLD_EMPTIED);

	return true;
}

/* The CPU with most tasks, if one of those would wait for fewer others here. */
static struct rq *pvsched_find_busiest(struct rq *this)
{
	unsigned int most = READ_ONCE(this->cfs.h_nr_runnable) + 1;
	struct rq *busiest = NULL;
	int cpu;

	/* Nothing balances the CPU. */
	if (!rcu_access_pointer(this->sd))
		return NULL;

	for_each_cpu_and(cpu, READ_ONCE(this->rd)->span, cpu_active_mask) {
		struct rq *rq = cpu_rq(cpu);

		if (READ_ONCE(rq->cfs.h_nr_runnable) > most) {
			most = READ_ONCE(rq->cfs.h_nr_runnable);
			busiest = rq;
		}
	}

	return busiest;
}

static bool pvsched_pull_one(struct rq *this)
{
	struct task_struct *p;
	struct rq_flags rf;
	struct rq *rq;

	guard(irqsave)();
	rq = cpu_active(cpu_of(this)) ? pvsched_find_busiest(this) : NULL;
	if (!rq)
		return false;

	rq_lock(rq, &rf);
	p = pvsched_find_comer(rq, cpu_of(this));
	if (!p) {
		rq_unlock(rq, &rf);
		return false;
	}

	update_rq_clock(rq);
	pvsched_move(rq, &rf, p, cpu_of(this));
	pvsched_counter_inc(PVSCHED_FOLD_CAME);
	pvsched_fold_note(PVSCHED_FOLD_FILLED);

	return true;
}

static int pvsched_settle_stop(void *unused)
{
	bool (*move)(struct rq *rq) = pvsched_evacuate_one;
	struct rq *rq = this_rq();
	unsigned int rounds = PVSCHED_SETTLE_MAX;

	/* Pairs with xchg() in pvsched_settle(): see the mask that its caller has set. */
	smp_store_mb(*this_cpu_ptr(&pvsched_stop_queued), 0);

	if (cpu_preferred(cpu_of(rq))) {
		move = pvsched_pull_one;
		rounds = PVSCHED_PULL_MAX;
	}

	while (rounds-- && move(rq))
		;

	return 0;
}

static bool pvsched_has_to_settle(struct rq *rq)
{
	if (cpu_preferred(cpu_of(rq)))
		return get_rd_overloaded(READ_ONCE(rq->rd));

	return READ_ONCE(rq->cfs.h_nr_queued);
}

/**
 * pvsched_settle() - Move tasks once a CPU was folded, or has returned.
 * @cpu:	the CPU
 *
 * Returns before that is done.
 *
 * Context: any but NMI, preemption off, no lock of a run queue held.
 */
void pvsched_settle(int cpu)
{
	int *queued = per_cpu_ptr(&pvsched_stop_queued, cpu);

	/* Pairs with smp_store_mb() in pvsched_settle_stop(). */
	if (!pvsched_has_to_settle(cpu_rq(cpu)) || xchg(queued, 1))
		return;

	if (!pvsched_stop_cpu(cpu, pvsched_settle_stop, per_cpu_ptr(&pvsched_stop_work, cpu)))
		WRITE_ONCE(*queued, 0);
}

/* Whether a task is on the folded CPU that could be elsewhere. */
static bool pvsched_is_inhabited(struct rq *rq)
{
	struct task_struct *p;
	struct rq_flags rf;
	bool found = false;

	rq_lock(rq, &rf);
	list_for_each_entry(p, &rq->cfs_tasks, se.group_node) {
		found = __pvsched_avoids(p, cpu_of(rq));
		if (found)
			break;
	}
	rq_unlock(rq, &rf);

	return found;
}

/**
 * pvsched_leave() - Look for tasks that have no business on a folded CPU.
 * @cpu:	this CPU
 *
 * They came before the mask changed, or their affinity did.
 *
 * Context: the tick, interrupts off, no lock of a run queue held.
 */
void pvsched_leave(int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	if (READ_ONCE(rq->cfs.h_nr_queued) && pvsched_is_inhabited(rq))
		pvsched_settle(cpu);
}

/**
 * pvsched_help_to_settle() - Yield to folded CPUs that are to be left.
 *
 * Only a CPU itself can take the task away that it runs, and it may be off CPU.
 *
 * Context: the tick, no lock of a run queue held; the vCPU may lose its CPU meanwhile.
 */
void pvsched_help_to_settle(void)
{
	PVSCHED_WINDOW(window, PVSCHED_YIELD_CALL_FUNC);
	int cpu;

	if (!pvsched_yields_offered() || !pvsched_host_answers())
		return;

	for_each_cpu(cpu, cpu_active_mask) {
		if (!cpu_preferred(cpu) && READ_ONCE(per_cpu(pvsched_stop_queued, cpu)) &&
		    pvsched_needs_help(cpu))
			pvsched_window_add(&window, cpu);
	}

	if (pvsched_window_yield(&window))
		pvsched_counter_inc(PVSCHED_FOLD_YIELDS);
}
