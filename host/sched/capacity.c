// SPDX-License-Identifier: GPL-2.0
/*
 * What a VM can have: a look at the scheduler's state. share.h has the arithmetic.
 *
 * A look counts the VM's vCPUs, then the strangers on the CPUs that it may use. From
 * the root down, each group on the way to the VM has its share beside what else is in
 * its parent's queues, and no more than its quota. A stranger that wakes up may wait for
 * a while before it runs for a moment: unless it was there at the look before, or most of
 * the time lately, it has what it used lately. Without strangers the VM could have all of
 * its CPUs, within the same quotas.
 *
 * No run queue is locked, and nothing is written but what belongs to the VM. A value that
 * changes meanwhile makes one look wrong, which the mean of many does not follow.
 *
 * The work is bounded by the number of vCPUs, CPUs and groups on the way. The caller
 * decides how often, and pays for it.
 */
#include <linux/mmu_context.h>

#include "sched.h"

#include <linux/pvsched_sched.h>

#include "base_capacity.h"
#include "share.h"

/* Newton's method takes one pass over the CPUs once it was right, and few otherwise. */
#define PVSCHED_PASSES	4

/* Other tasks in a queue; averages are in 1/1024. */
struct pvsched_strangers {
	unsigned long weight;
	unsigned int runnable;
	unsigned long util_avg;
	unsigned long runnable_avg;
};

#ifdef CONFIG_FAIR_GROUP_SCHED

static struct task_group *pvsched_group_of(struct task_struct *p)
{
	return task_group(p);
}

static struct task_group *pvsched_parent_of(struct task_group *tg)
{
	return tg->parent;
}

static struct cfs_rq *pvsched_queue_on(struct task_group *tg, int cpu)
{
	return tg_cfs_rq(tg, cpu);
}

static unsigned long pvsched_weight_of(struct task_group *tg)
{
	return scale_load_down(READ_ONCE(tg->shares));
}

/* What else is runnable in the parent's queue on a CPU. */
static struct pvsched_strangers pvsched_strangers_on(struct task_group *tg, int cpu)
{
	struct cfs_rq *parent = tg_cfs_rq(tg->parent, cpu);
	struct sched_entity *se = tg_se(tg, cpu);
	struct pvsched_strangers all = {
		.weight = scale_load_down(READ_ONCE(parent->load.weight)),
		.runnable = READ_ONCE(parent->h_nr_runnable),
		.util_avg = READ_ONCE(parent->avg.util_avg),
		.runnable_avg = READ_ONCE(parent->avg.runnable_avg),
	};
	struct pvsched_strangers own = {
		.util_avg = READ_ONCE(se->avg.util_avg),
		.runnable_avg = READ_ONCE(se->avg.runnable_avg),
	};

	if (READ_ONCE(se->on_rq)) {
		own.weight = scale_load_down(READ_ONCE(se->load.weight));
		own.runnable = READ_ONCE(tg_cfs_rq(tg, cpu)->h_nr_runnable);
	}

	/* Those whose dequeue is delayed have a weight and are not runnable. */
	if (all.runnable <= own.runnable || all.weight <= own.weight)
		return (struct pvsched_strangers) { };

	all.weight -= own.weight;
	all.runnable -= own.runnable;
	all.util_avg -= min(all.util_avg, own.util_avg);
	all.runnable_avg -= min(all.runnable_avg, own.runnable_avg);

	return all;
}

/* Is anything runnable on a CPU that is not in a group? */
static bool pvsched_has_strangers(struct task_group *tg, int cpu)
{
	unsigned int own = 0;

	if (READ_ONCE(tg_se(tg, cpu)->on_rq))
		own = READ_ONCE(tg_cfs_rq(tg, cpu)->h_nr_runnable);

	return READ_ONCE(cpu_rq(cpu)->cfs.h_nr_runnable) > own;
}

#else

/* Without groups all tasks are in the root's queues. */
static struct task_group *pvsched_group_of(struct task_struct *p)
{
	return NULL;
}

static struct task_group *pvsched_parent_of(struct task_group *tg)
{
	return NULL;
}

static struct cfs_rq *pvsched_queue_on(struct task_group *tg, int cpu)
{
	return &cpu_rq(cpu)->cfs;
}

static unsigned long pvsched_weight_of(struct task_group *tg)
{
	return 0;
}

static struct pvsched_strangers pvsched_strangers_on(struct task_group *tg, int cpu)
{
	return (struct pvsched_strangers) { };
}

static bool pvsched_has_strangers(struct task_group *tg, int cpu)
{
	return false;
}

#endif

#ifdef CONFIG_CFS_BANDWIDTH

/* A group's quota in 1/1024 CPU; all ones if it has none. */
static u32 pvsched_quota_of(struct task_group *tg)
{
	u64 quota = READ_ONCE(tg->cfs_bandwidth.quota);
	u64 period = ktime_to_ns(READ_ONCE(tg->cfs_bandwidth.period));

	if (quota == RUNTIME_INF || !period)
		return U32_MAX;

	return min_t(u64, U32_MAX, mul_u64_u64_div_u64(quota, PVSCHED_ONE_CPU, period));
}

#else

static u32 pvsched_quota_of(struct task_group *tg)
{
	return U32_MAX;
}

#endif

/*
 * The smallest group that holds two others, NULL if that takes too long to find.
 * Quotas below it are those of single vCPUs.
 */
static struct task_group *pvsched_common_group(struct task_group *a, struct task_group *b,
					       bool *quotas)
{
	struct task_group *x, *y;
	int looks = PVSCHED_LEVELS;
	bool found;

	for (x = a; x && looks--; x = pvsched_parent_of(x)) {
		found = false;
		for (y = b; y && y != x; y = pvsched_parent_of(y))
			found |= pvsched_quota_of(y) != U32_MAX;
		if (y) {
			*quotas |= found;
			return x;
		}
		*quotas |= pvsched_quota_of(x) != U32_MAX;
	}

	return NULL;
}

/* Vcpus in the same group, as most are, take no search. */
static void pvsched_census_group(struct pvsched_census *census, struct task_struct *p)
{
	struct task_group *tg = pvsched_group_of(p);

	if (tg == census->leaf)
		return;

	census->leaf = tg;
	census->group = pvsched_common_group(census->group, tg, &census->differ);
	if (!census->group)
		census->differ = true;
}

/**
 * pvsched_census_add() - Count a vCPU.
 * @census:	the count; all zero at first
 * @p:		the vCPU's task
 *
 * Context: RCU, from the first vCPU until pvsched_capacity_look().
 */
void pvsched_census_add(struct pvsched_census *census, struct task_struct *p)
{
	if (!census->tasks++) {
		census->first = p;
		census->group = pvsched_group_of(p);
		census->leaf = census->group;
	} else {
		pvsched_census_group(census, p);
	}

	if (READ_ONCE(p->sched_class) != &fair_sched_class ||
	    !cpumask_equal(&p->cpus_mask, &census->first->cpus_mask))
		census->differ = true;

	census->ran += READ_ONCE(p->se.sum_exec_runtime);
	if (READ_ONCE(p->on_rq) == TASK_ON_RQ_QUEUED && !READ_ONCE(p->se.sched_delayed))
		census->runnable++;
}
EXPORT_SYMBOL_GPL(pvsched_census_add);

/* What a CPU has for the fair class at this instant. */
static u32 pvsched_avail_on(struct rq *rq)
{
	struct task_struct *curr = rcu_dereference(rq->curr);

	if (rt_or_dl_prio(READ_ONCE(curr->prio)))
		return 0;

	return PVSCHED_ONE_CPU - min_t(u32, cpu_util_irq(rq), PVSCHED_ONE_CPU);
}

/* What the CPUs are like that the VM may use. */
struct pvsched_cpus {
	const struct cpumask *mask;	/* of them, those that are active count */
	u32 avail;			/* for the fair class, in 1/1024 CPU */
	bool is_idle;			/* one of them has nothing to do */
	bool are_kept;			/* strangers that share a CPU are kept there */
	const cpumask_t *stayed;	/* strangers were there before */
};

/* Survey them. False if the balancer does not spread tasks over them. */
static bool pvsched_survey(struct pvsched_cpus *cpus)
{
	struct root_domain *rd = NULL;
	bool is_balanced = true;
	struct rq *rq;
	int cpu, nr = 0;

	for_each_cpu_and(cpu, cpus->mask, cpu_active_mask) {
		rq = cpu_rq(cpu);
		cpus->avail += pvsched_avail_on(rq);
		cpus->is_idle |= !READ_ONCE(rq->nr_running);
		is_balanced &= !nr++ || (READ_ONCE(rq->rd) == rd && rcu_access_pointer(rq->sd));
		rd = READ_ONCE(rq->rd);
	}

	return is_balanced && nr;
}

/* On how many CPUs could strangers run that share this one? */
static u32 pvsched_cpus_of(const struct pvsched_strangers *strangers,
			   const struct pvsched_cpus *cpus, struct pvsched_look *look)
{
	if (strangers->runnable <= 1)
		return 1;

	look->is_stacked = true;
	return cpus->are_kept ? 1 : strangers->runnable;
}

static void pvsched_look_at(struct pvsched_level *level, struct task_group *tg, int cpu,
			    const struct pvsched_cpus *cpus, struct pvsched_look *look)
{
	struct pvsched_strangers strangers = pvsched_strangers_on(tg, cpu);

	if (!strangers.runnable)
		return;

	if (cpumask_test_cpu(cpu, cpus->stayed) || strangers.runnable_avg >= PVSCHED_ALWAYS)
		pvsched_level_add(level, strangers.weight,
				  pvsched_cpus_of(&strangers, cpus, look));
	else
		pvsched_level_add_sleepers(level, strangers.util_avg);
}

/* A group's share of what its parent has: all of that where its weight grows with its tasks. */
static u32 pvsched_share_of(struct task_group *tg, const struct pvsched_cpus *cpus, u64 *share,
			    struct pvsched_look *look)
{
	struct pvsched_level level;
	int passes = PVSCHED_PASSES, cpu;

	do {
		level = (struct pvsched_level) {
			.weight = pvsched_weight_of(tg), .share = *share,
		};
		for_each_cpu_and(cpu, cpus->mask, cpu_active_mask)
			pvsched_look_at(&level, tg, cpu, cpus, look);
		*share = pvsched_level_share(&level, look->share);
	} while (*share != level.share && --passes);

	look->met |= level.free || level.capped;
	if (PVSCHED_WEIGHTS_GROW)
		return min(look->share, pvsched_quota_of(tg));

	return min_t(u64, *share >> PVSCHED_FINE_SHIFT, pvsched_quota_of(tg));
}

static void pvsched_put_cpu(cpumask_t *mask, int cpu, bool value)
{
	if (value)
		__cpumask_set_cpu(cpu, mask);
	else
		__cpumask_clear_cpu(cpu, mask);
}

/* On which CPUs are strangers that were there before? */
static void pvsched_look_strangers(struct pvsched_capacity *c, struct task_group *tg,
				   const struct cpumask *mask)
{
	bool is_there;
	int cpu;

	for_each_cpu_and(cpu, mask, cpu_active_mask) {
		is_there = pvsched_has_strangers(tg, cpu);
		pvsched_put_cpu(&c->stayed, cpu, is_there && cpumask_test_cpu(cpu, &c->seen));
		pvsched_put_cpu(&c->seen, cpu, is_there);
	}
}

/* From the root down to the VM's group. False if nothing can be said. */
static bool pvsched_look_share(struct pvsched_capacity *c, const struct pvsched_census *census,
			       struct pvsched_look *look)
{
	struct pvsched_cpus cpus = {
		.mask = &census->first->cpus_mask,
		.are_kept = pvsched_is_before(look->now, c->stacks_until),
		.stayed = &c->stayed,
	};
	struct task_group *path[PVSCHED_LEVELS], *tg;
	int levels = 0;

	if (!pvsched_survey(&cpus))
		return false;

	look->alone = cpus.avail;
	look->share = cpus.avail;
	look->is_idle = cpus.is_idle;

	for (tg = census->group; tg && pvsched_parent_of(tg); tg = pvsched_parent_of(tg)) {
		if (levels == PVSCHED_LEVELS)
			return false;
		path[levels++] = tg;
	}

	if (levels)
		pvsched_look_strangers(c, census->group, cpus.mask);

	while (levels--) {
		look->alone = min(look->alone, pvsched_quota_of(path[levels]));
		look->share = pvsched_share_of(path[levels], &cpus, &c->share[levels], look);
	}

	return true;
}

/* Tasks in the VM's group that are none of its vCPUs: those that were there before. */
static u32 pvsched_look_foreign(struct pvsched_capacity *c, const struct pvsched_census *census)
{
	u32 runnable = 0, before = c->foreign;
	int cpu;

	for_each_cpu_and(cpu, &census->first->cpus_mask, cpu_active_mask)
		runnable += READ_ONCE(pvsched_queue_on(census->group, cpu)->h_nr_runnable);

	c->foreign = runnable > census->runnable ? runnable - census->runnable : 0;
	return min(c->foreign, before);
}

/**
 * pvsched_capacity_look() - What a VM can have.
 * @c:		what is known of the VM; all zero at first
 * @census:	its vCPUs, at least one of them
 * @vcpus:	how many it has, also such that have not run
 * @now:	the time in nanoseconds
 *
 * Context: RCU, since the first vCPU was counted; one at a time for each @c.
 * Return: CPUs in 1/1024, never 0 and never more than those of @vcpus, which means all.
 */
u32 pvsched_capacity_look(struct pvsched_capacity *c, const struct pvsched_census *census,
			  u32 vcpus, u64 now)
{
	struct pvsched_look look = {
		.now = now, .ran = census->ran, .vcpus = vcpus, .runnable = census->runnable,
	};

	look.is_known = !census->differ && pvsched_look_share(c, census, &look);
	if (look.is_known)
		look.foreign = pvsched_look_foreign(c, census);

	return pvsched_capacity_next(c, &look);
}
EXPORT_SYMBOL_GPL(pvsched_capacity_look);
