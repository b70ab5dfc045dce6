/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Preferred CPUs, under the names of Linux 7.4, and what the base's scheduler calls
 * to respect them; see preferred.c. Stubs for a kernel without them.
 */
#ifndef _LINUX_PVSCHED_PREFERRED_H
#define _LINUX_PVSCHED_PREFERRED_H

#include <linux/cpumask.h>
#include <linux/jump_label.h>
#include <linux/sched.h>

#ifdef CONFIG_PVSCHED_GUEST

DECLARE_STATIC_KEY_FALSE(pvsched_fold_hook);

extern struct cpumask __cpu_preferred_mask;
extern bool pvsched_any_folded;

/* Only the bits of active CPUs mean something. */
#define cpu_preferred_mask	((const struct cpumask *)&__cpu_preferred_mask)

void set_cpu_preferred(unsigned int cpu, bool preferred);

static __always_inline bool cpu_preferred(unsigned int cpu)
{
	return cpumask_test_cpu(cpu, cpu_preferred_mask);
}

int __pvsched_select_task_rq(struct task_struct *p, int prev, int flags);
bool __pvsched_avoids(struct task_struct *p, int cpu);
void __pvsched_balance_cpus(struct cpumask *cpus, int dst);
void __pvsched_balance_group(const struct cpumask *span, int dst,
			     unsigned long *capacity, unsigned int *weight);
unsigned long __pvsched_balance_interval(const struct cpumask *span, unsigned long interval);
void __pvsched_fold_tick(int cpu);

/* Whether any CPU is folded. False at the cost of a jump while fold cannot be on. */
static __always_inline bool pvsched_some_folded(void)
{
	return static_branch_unlikely(&pvsched_fold_hook) && READ_ONCE(pvsched_any_folded);
}

/**
 * pvsched_is_folded() - Whether a CPU is to sleep, as far as affinity allows.
 * @cpu:	the CPU
 *
 * Context: any; a hint.
 * Return: true if @cpu is folded.
 */
static __always_inline bool pvsched_is_folded(int cpu)
{
	return pvsched_some_folded() && !cpu_preferred(cpu);
}

/**
 * pvsched_select_task_rq() - Let the task's class select a preferred CPU.
 * @p:		the task
 * @prev:	its CPU
 * @flags:	WF_*, as for sched_class::select_task_rq()
 *
 * Context: p->pi_lock held, interrupts off.
 * Return: the CPU.
 */
#define pvsched_select_task_rq(p, prev, flags)					\
	(pvsched_some_folded() ? __pvsched_select_task_rq(p, prev, flags) :	\
				 (p)->sched_class->select_task_rq(p, prev, flags))

/**
 * pvsched_avoids() - Whether a task must not be moved to a CPU.
 * @p:		the task
 * @cpu:	the CPU
 *
 * Context: p->pi_lock or the lock of its run queue held, or p is current.
 * Return: true if @cpu is folded and the task may run on one that is not.
 */
static __always_inline bool pvsched_avoids(struct task_struct *p, int cpu)
{
	return pvsched_is_folded(cpu) && __pvsched_avoids(p, cpu);
}

/**
 * pvsched_balance_cpus() - Leave out what a balance is not about.
 * @cpus:	CPUs of the domain that is balanced; loses the folded ones with no task
 *		to spare
 * @dst:	the CPU that pulls. If it is folded, @cpus loses the others: folded CPUs
 *		balance what may run on nothing else.
 *
 * Context: any.
 */
static __always_inline void pvsched_balance_cpus(struct cpumask *cpus, int dst)
{
	if (pvsched_some_folded())
		__pvsched_balance_cpus(cpus, dst);
}

/**
 * pvsched_balance_group() - Leave them out of a group's size, too.
 * @span:	CPUs of the group
 * @dst:	the CPU that pulls
 * @capacity:	capacity of the group, in 1/1024 CPU; becomes smaller, never zero
 * @weight:	CPUs of the group; becomes smaller, never zero
 *
 * Context: any.
 */
static __always_inline void
pvsched_balance_group(const struct cpumask *span, int dst,
		      unsigned long *capacity, unsigned int *weight)
{
	if (pvsched_some_folded())
		__pvsched_balance_group(span, dst, capacity, weight);
}

/**
 * pvsched_balance_interval() - Balance as often as if the folded CPUs were not there.
 * @span:	CPUs of the domain
 * @interval:	time between two balances, which the base chose by their number
 *
 * Context: any.
 * Return: a time that is not longer.
 */
static __always_inline unsigned long
pvsched_balance_interval(const struct cpumask *span, unsigned long interval)
{
	return pvsched_some_folded() ? __pvsched_balance_interval(span, interval) : interval;
}

/**
 * pvsched_fold_tick() - Follow the host's number, and leave a folded CPU.
 * @cpu:	this CPU
 *
 * Context: the tick, interrupts off, no lock of a run queue held.
 */
static __always_inline void pvsched_fold_tick(int cpu)
{
	if (static_branch_unlikely(&pvsched_fold_hook))
		__pvsched_fold_tick(cpu);
}

#else

#define pvsched_select_task_rq(p, prev, flags)	\
	((p)->sched_class->select_task_rq(p, prev, flags))

static inline bool pvsched_is_folded(int cpu) { return false; }
static inline bool pvsched_avoids(struct task_struct *p, int cpu) { return false; }
static inline void pvsched_balance_cpus(struct cpumask *cpus, int dst) { }
static inline void pvsched_balance_group(const struct cpumask *span, int dst,
					 unsigned long *capacity,
					 unsigned int *weight) { }
static inline unsigned long
pvsched_balance_interval(const struct cpumask *span, unsigned long interval)
{
	return interval;
}

static inline void pvsched_fold_tick(int cpu) { }

#endif /* CONFIG_PVSCHED_GUEST */

#endif /* _LINUX_PVSCHED_PREFERRED_H */
