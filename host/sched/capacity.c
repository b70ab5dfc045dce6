// SPDX-License-Identifier: GPL-2.0
/*
 * What a VM can have: the CPUs that its vCPUs may use.
 *
 * A vCPU that waits while a sibling has its CPU is one too many, so a VM has no use for more
 * vCPUs than it has CPUs. Strangers do not make those fewer: with a vCPU on each of its CPUs
 * a VM has its share of each, whatever its vCPUs wait for, and with one less it waits for the
 * load balancer to move strangers away. Where a VM would get less CPU time with so few
 * vCPUs, the number is "all":
 *
 * - Where its vCPUs compete with strangers in one group, each is a vote for a share.
 * - Where they are not alike: on one set of CPUs each, or with quotas of their own.
 * - On CPUs over which the load balancer does not spread tasks.
 *
 * A quota is a budget. A VM that mostly sleeps may spend it on many CPUs at once, so it counts
 * only once it has throttled the VM; and where strangers use up the same quota, vCPUs are
 * votes for a share of that. A CPU counts as one, also where interrupts and other classes take
 * some of it, for that is lost with fewer vCPUs as well.
 *
 * No run queue is locked, and nothing is written but what belongs to the VM. A value that
 * changes meanwhile makes one look wrong.
 *
 * The work is bounded by the number of vCPUs, CPUs and groups on the way. The caller
 * decides how often, and pays for it.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mmu_context.h>
#include <linux/time64.h>

#include "sched.h"

#include <linux/pvsched_sched.h>

#include "base_capacity.h"

#define PVSCHED_ONE_CPU		1024u

/* A CPU of which others take so much is none. */
#define PVSCHED_TAKEN		768u

/*
 * Strangers count if they are there at more than half of the looks, once those are so many
 * more, and no longer once they are as few. The sum is bounded.
 */
#define PVSCHED_VOTE_ON		8
#define PVSCHED_VOTE_MAX	16

/* For how long a quota counts that has throttled, at first and at most. */
#define PVSCHED_HOLD_NS		((u64)NSEC_PER_SEC)
#define PVSCHED_MAX_HOLD_NS	(32 * (u64)NSEC_PER_SEC)

#ifdef CONFIG_FAIR_GROUP_SCHED

static struct task_group *pvsched_group_of(struct task_struct *p)
{
	return READ_ONCE(p->sched_task_group);
}

static struct task_group *pvsched_parent_of(struct task_group *tg)
{
	return tg->parent;
}

static struct cfs_rq *pvsched_queue_on(struct task_group *tg, int cpu)
{
	return tg_cfs_rq(tg, cpu);
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

/* In how many periods was it used up? */
static u32 pvsched_throttled_of(struct task_group *tg)
{
	return READ_ONCE(tg->cfs_bandwidth.nr_throttled);
}

#else

static u32 pvsched_quota_of(struct task_group *tg)
{
	return U32_MAX;
}

static u32 pvsched_throttled_of(struct task_group *tg)
{
	return 0;
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
	    !data_race(cpumask_equal(&p->cpus_mask, &census->first->cpus_mask)))	/* a hint */
		census->differ = true;

	if (READ_ONCE(p->on_rq) == TASK_ON_RQ_QUEUED && !READ_ONCE(p->se.sched_delayed))
		census->runnable++;
}
EXPORT_SYMBOL_GPL(pvsched_census_add);

/*
 * Does a CPU have next to nothing for the fair class? On one that is idle, averages of what
 * other classes used may be old.
 */
static bool pvsched_is_taken(struct rq *rq)
{
	unsigned long used = cpu_util_irq(rq) + cpu_util_rt(rq) + cpu_util_dl(rq);

	return READ_ONCE(rq->nr_running) && used >= PVSCHED_TAKEN;
}

/*
 * The CPUs that the VM may use, in 1/1024; 0 if the balancer does not spread tasks over them.
 * Masks may change meanwhile.
 */
static u32 __no_kcsan pvsched_survey(const struct cpumask *mask)
{
	struct root_domain *rd = NULL;
	bool is_balanced = true;
	u32 cpus = 0, nr = 0;
	struct rq *rq;
	int cpu;

	for_each_cpu_and(cpu, mask, cpu_active_mask) {
		rq = cpu_rq(cpu);
		cpus += pvsched_is_taken(rq) ? 0 : PVSCHED_ONE_CPU;
		is_balanced &= !nr++ || (READ_ONCE(rq->rd) == rd && rcu_access_pointer(rq->sd));
		rd = READ_ONCE(rq->rd);
	}

	return !is_balanced || !nr ? 0 : max(cpus, PVSCHED_ONE_CPU);
}

/*
 * Do quotas count, now that they have throttled the VM in @throttled periods since boot? A VM
 * that goes by them is not throttled any more: see after a while, and ever more rarely,
 * whether one still binds.
 */
static bool pvsched_limit_binds(struct pvsched_limit *l, u32 throttled, u64 now)
{
	bool binds = time_before64(now, l->until);
	bool again = time_before64(now, l->until + 2 * PVSCHED_HOLD_NS);

	if (throttled == l->throttled)
		return binds;

	l->throttled = throttled;
	if (!binds)
		l->hold = again ? clamp(2 * l->hold, PVSCHED_HOLD_NS, PVSCHED_MAX_HOLD_NS) :
			  PVSCHED_HOLD_NS;
	l->until = now + l->hold;

	return true;
}

/**
 * struct pvsched_look - What one look at a VM found
 * @cpus:	the CPUs that it may use, in 1/1024
 * @quota:	the least quota on the way to it that binds, likewise; or @cpus
 * @group:	in which its vCPUs compete: its own, or the uppermost whose quota binds
 */
struct pvsched_look {
	u32 cpus;
	u32 quota;
	struct task_group *group;
};

/* From the VM's group up to the root. False if that is too far. */
static bool pvsched_look_quotas(struct pvsched_capacity *c, const struct pvsched_census *census,
				u64 now, struct pvsched_look *look)
{
	u32 throttled = 0, quota, levels = 0;
	struct task_group *tg;
	bool binds;

	for (tg = census->group; tg && pvsched_parent_of(tg); tg = pvsched_parent_of(tg)) {
		if (levels++ == PVSCHED_LEVELS)
			return false;
		throttled += pvsched_throttled_of(tg);
	}

	binds = pvsched_limit_binds(&c->limit, throttled, now);
	for (tg = census->group; binds && tg && levels--; tg = pvsched_parent_of(tg)) {
		quota = pvsched_quota_of(tg);
		if (quota < look->cpus)
			look->group = tg;
		look->quota = min(look->quota, max(quota, 1u));
	}

	return true;
}

/*
 * Tasks beside the vCPUs where those compete: those that were there at the look before, too.
 * Masks may change meanwhile.
 */
static u32 __no_kcsan pvsched_look_foreign(struct pvsched_capacity *c,
					   const struct pvsched_census *census,
					   struct task_group *tg)
{
	/* A group's weight and quota are for all CPUs. */
	const struct cpumask *mask = tg && pvsched_parent_of(tg) ? cpu_active_mask :
				     &census->first->cpus_mask;
	u32 runnable = 0, before = c->foreign;
	int cpu;

	for_each_cpu_and(cpu, mask, cpu_active_mask)
		runnable += READ_ONCE(pvsched_queue_on(tg, cpu)->h_nr_runnable);

	c->foreign = runnable > census->runnable ? runnable - census->runnable : 0;
	return min(c->foreign, before);
}

/* One look may be at a moment when a daemon runs. */
static bool pvsched_vcpus_are_votes(struct pvsched_capacity *c, u32 foreign)
{
	if (foreign)
		c->votes = min(c->votes + 1, PVSCHED_VOTE_MAX);
	else if (c->votes)
		c->votes--;

	if (c->votes >= PVSCHED_VOTE_ON)
		c->is_voting = true;
	else if (!c->votes)
		c->is_voting = false;

	return c->is_voting;
}

static u8 pvsched_judge(struct pvsched_capacity *c, const struct pvsched_census *census,
			u64 now, struct pvsched_look *look)
{
	look->cpus = census->differ ? 0 : pvsched_survey(&census->first->cpus_mask);
	look->quota = look->cpus;
	look->group = census->group;

	if (!look->cpus || !pvsched_look_quotas(c, census, now, look))
		return PVSCHED_CAPACITY_UNLIKE;
	if (pvsched_vcpus_are_votes(c, pvsched_look_foreign(c, census, look->group)))
		return PVSCHED_CAPACITY_VOTES;

	return look->quota < look->cpus ? PVSCHED_CAPACITY_QUOTA : PVSCHED_CAPACITY_CPUS;
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
	u32 all = vcpus * PVSCHED_ONE_CPU;
	struct pvsched_look look;

	c->reason = pvsched_judge(c, census, now, &look);

	return c->reason == PVSCHED_CAPACITY_VOTES || c->reason == PVSCHED_CAPACITY_UNLIKE ?
	       all : min(look.quota, all);
}
EXPORT_SYMBOL_GPL(pvsched_capacity_look);
