// SPDX-License-Identifier: GPL-2.0
/*
 * Preferred CPUs: the active CPUs that are not folded. Linux 7.4 has them in
 * kernel/sched; this is what earlier kernels need.
 *
 * A folded CPU is online and sleeps. Tasks of the fair class leave it and do not
 * come back, as far as affinity allows: a task of which all CPUs are folded, or a larger
 * part than of all CPUs, runs on those as if nothing was. So many tasks with the same few
 * CPUs do not end up on one of them. Other classes, per-CPU kernel threads, interrupts and the
 * stopper see no difference. What runs where:
 *
 * - A waking, new or executing task is placed by its class, which sees an affinity
 *   without folded CPUs: task_struct::cpus_ptr, which is there to be narrower than
 *   what was set, as in migrate_disable(). p->pi_lock keeps all that would change
 *   or store it out. Other readers, such as a balancer that looks at a running task
 *   in exec, see one of the two.
 * - The balancer leaves folded CPUs with less than two tasks out of domains and groups
 *   when it pulls to a preferred CPU, and takes folded ones alone when it pulls to a
 *   folded one. It runs as often as in domains of the remaining size.
 * - Tasks that are on a folded CPU are moved by evacuate.c.
 *
 * The mask may change at any time, and all of this may then go by the mask before.
 * A task that ends up on a folded CPU keeps its tick going, and the tick looks.
 */
#include <linux/cpu.h>
#include <linux/device.h>
#include <linux/mmu_context.h>
#include <linux/pvsched_preferred.h>
#include <linux/topology.h>
#include <asm/topology.h>

#include "sched.h"

#include "internal.h"
#include "fold.h"

/*
 * Whether the scheduler asks pvsched at all. Flip the static key once; later switches
 * change the mask, see ipi.c.
 */
DEFINE_STATIC_KEY_FALSE(pvsched_fold_hook);

struct cpumask __cpu_preferred_mask __read_mostly = CPU_MASK_ALL;
bool pvsched_any_folded __read_mostly;

static unsigned int pvsched_nr_folded;

/* How many CPUs are in use, of those that could be folded */
static unsigned int pvsched_used __read_mostly, pvsched_foldable __read_mostly;

static DEFINE_PER_CPU(struct cpumask, pvsched_select_mask);

/**
 * set_cpu_preferred() - Fold a CPU, or take it into use again.
 * @cpu:	the CPU
 * @preferred:	whether it is in use
 *
 * Tasks are moved by pvsched_settle() or by the next tick.
 *
 * Context: calls are serialized by the caller.
 */
void set_cpu_preferred(unsigned int cpu, bool preferred)
{
	if (cpu_preferred(cpu) == preferred)
		return;

	if (preferred)
		cpumask_set_cpu(cpu, &__cpu_preferred_mask);
	else
		cpumask_clear_cpu(cpu, &__cpu_preferred_mask);

	pvsched_nr_folded += preferred ? -1 : 1;
	WRITE_ONCE(pvsched_any_folded, pvsched_nr_folded);
}

/**
 * pvsched_note_use() - Say what part of the CPUs is in use.
 * @used:	CPUs that will be preferred
 * @foldable:	those among which they are chosen
 *
 * Context: any. Readers may see one of them changed and the other not: a hint.
 */
void pvsched_note_use(unsigned int used, unsigned int foldable)
{
	WRITE_ONCE(pvsched_used, used);
	WRITE_ONCE(pvsched_foldable, foldable);
}

/* The classes that are balanced by load. Tasks of others have reasons of their own. */
static bool pvsched_is_movable(struct task_struct *p)
{
	return p->sched_class == &fair_sched_class && p->nr_cpus_allowed > 1 &&
	       !data_race(is_migration_disabled(p)); /* p itself may change it */
}

/* Is a task with @own CPUs, of which @used are in use, kept to those? */
static bool pvsched_keeps(unsigned int used, unsigned int own)
{
	return pvsched_is_fair_part(used, own, READ_ONCE(pvsched_used),
				    READ_ONCE(pvsched_foldable));
}

/* Fill in the CPUs of a task that are in use. Return false if the task may use others, too. */
static bool pvsched_task_cpus(struct task_struct *p, struct cpumask *mask)
{
	unsigned int own;

	if (!cpumask_and(mask, p->cpus_ptr, cpu_active_mask))
		return false;

	own = cpumask_weight(mask);
	/* The mask may change meanwhile: a hint. */
	data_race(cpumask_and(mask, mask, cpu_preferred_mask));

	return pvsched_keeps(cpumask_weight(mask), own);
}

/* The same where there is no room for the mask */
static bool pvsched_is_kept(struct task_struct *p)
{
	const struct cpumask *allowed = READ_ONCE(p->cpus_ptr);
	unsigned int cpu, own = 0, used = 0;

	/* The mask may change meanwhile: a hint. */
	if (data_race(cpumask_subset(cpu_active_mask, allowed)))
		return true;

	for_each_cpu(cpu, cpu_active_mask) {
		if (!cpumask_test_cpu(cpu, allowed))
			continue;
		own++;
		used += cpu_preferred(cpu);
	}

	return pvsched_keeps(used, own);
}

/*
 * Tasks first, and one of a higher class counts for more than any of the fair one: how far
 * the CPU is decides between equals, and then the load.
 */
static u64 pvsched_load_key(int cpu, int from)
{
	unsigned int far = 2 * (cpu_to_node(cpu) != cpu_to_node(from)) +
			   !cpus_share_cache(cpu, from);
	struct rq *rq = cpu_rq(cpu);
	u64 tasks = min_t(u64, READ_ONCE(rq->nr_running), BIT(20) - 1);
	u64 load = READ_ONCE(rq->cfs.avg.load_avg);
	u64 higher = READ_ONCE(rq->rt.rt_nr_running) || READ_ONCE(rq->dl.dl_nr_running);

	return higher << 62 | tasks << 42 | (u64)far << 40 | min_t(u64, load, BIT_ULL(40) - 1);
}

static int pvsched_least_loaded(const struct cpumask *mask, int from)
{
	u64 key, least = U64_MAX;
	int cpu, found = from;

	for_each_cpu_wrap(cpu, mask, from) {
		key = pvsched_load_key(cpu, from);
		if (key < least) {
			least = key;
			found = cpu;
		}
	}

	return found;
}

/**
 * pvsched_refuge() - Where a task of a folded CPU can go.
 * @p:		the task, runnable on @from
 * @from:	the CPU
 *
 * Context: interrupts off, the lock of @from's run queue held.
 * Return: the least loaded preferred CPU that the task may use, or -1.
 */
int pvsched_refuge(struct task_struct *p, int from)
{
	struct cpumask *mask = this_cpu_ptr(&pvsched_select_mask);

	if (!pvsched_is_movable(p) || !pvsched_task_cpus(p, mask))
		return -1;

	return pvsched_least_loaded(mask, from);
}

/* See pvsched_select_task_rq(). */
int __pvsched_select_task_rq(struct task_struct *p, int prev, int flags)
{
	struct cpumask *mask = this_cpu_ptr(&pvsched_select_mask);
	const struct cpumask *allowed = p->cpus_ptr;
	int cpu;

	lockdep_assert_held(&p->pi_lock);
	if (!pvsched_is_movable(p) || !pvsched_task_cpus(p, mask))
		return p->sched_class->select_task_rq(p, prev, flags);

	/* The class takes the CPU of before as allowed, and often as its choice. */
	if (!cpumask_test_cpu(prev, mask))
		prev = pvsched_least_loaded(mask, prev);

	WRITE_ONCE(p->cpus_ptr, mask);
	cpu = p->sched_class->select_task_rq(p, prev, flags);
	WRITE_ONCE(p->cpus_ptr, allowed);

	return cpumask_test_cpu(cpu, mask) ? cpu : prev;
}

/* See pvsched_avoids(). */
bool __pvsched_avoids(struct task_struct *p, int cpu)
{
	return pvsched_is_movable(p) && pvsched_is_kept(p);
}

/* See pvsched_balance_cpus(). */
void __pvsched_balance_cpus(struct cpumask *cpus, int dst)
{
	int cpu;

	if (!cpu_preferred(dst)) {
		/* The mask may change meanwhile: a hint. */
		data_race(cpumask_andnot(cpus, cpus, cpu_preferred_mask));
		return;
	}

	/* Tasks that share a folded CPU, as those with few CPUs may, are better off apart. */
	for_each_cpu(cpu, cpus) {
		if (!cpu_preferred(cpu) && READ_ONCE(cpu_rq(cpu)->cfs.h_nr_queued) < 2)
			cpumask_clear_cpu(cpu, cpus);
	}
}

/* How many of some CPUs are preferred. */
static unsigned int pvsched_nr_preferred(const struct cpumask *cpus)
{
	/* The mask may change meanwhile: a hint. */
	return data_race(cpumask_weight_and(cpus, cpu_preferred_mask));
}

/* See pvsched_balance_group(). */
void __pvsched_balance_group(const struct cpumask *span, int dst,
			     unsigned long *capacity, unsigned int *weight)
{
	unsigned int count = pvsched_nr_preferred(span);

	if (!cpu_preferred(dst))
		count = *weight - min(count, *weight);

	*capacity = max(*capacity * count / *weight, 1UL);
	*weight = max(count, 1U);
}

/* See pvsched_balance_interval(). */
unsigned long __pvsched_balance_interval(const struct cpumask *span, unsigned long interval)
{
	return max(interval * pvsched_nr_preferred(span) / cpumask_weight(span), 1UL);
}

/**
 * pvsched_topology() - Where a CPU is.
 * @cpu:	the CPU
 * @place:	filled in
 *
 * Context: process, CPU hotplug locked.
 */
void pvsched_topology(int cpu, struct pvsched_place *place)
{
	unsigned int first = cpumask_first(cpu_llc_shared_mask(cpu));

	place->llc = first < nr_cpu_ids ? first : cpu;
	first = cpumask_first(cpumask_of_node(cpu_to_node(cpu)));
	place->node = first < nr_cpu_ids ? first : cpu;
}

static ssize_t preferred_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	cpumask_var_t mask;
	ssize_t len;

	if (!alloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;

	/* The mask may change meanwhile: a hint. */
	data_race(cpumask_and(mask, cpu_active_mask, cpu_preferred_mask));
	len = sysfs_emit(buf, "%*pbl\n", cpumask_pr_args(mask));
	free_cpumask_var(mask);

	return len;
}
static DEVICE_ATTR_RO(preferred);

static int __init pvsched_preferred_init(void)
{
	struct device *root = bus_get_dev_root(&cpu_subsys);
	int ret;

	if (!root)
		return -ENODEV;

	ret = device_create_file(root, &dev_attr_preferred);
	put_device(root);

	return ret;
}
late_initcall(pvsched_preferred_init);
