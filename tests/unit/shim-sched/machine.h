/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine of a few CPUs for tests of host/sched/fair.c: its tasks and groups,
 * the moves between queues, the pick, the tick. Include it once, after fair.c.
 */
#ifndef _UNIT_MACHINE_H
#define _UNIT_MACHINE_H

#include "fair.h"

#define MS			1000000ull
#define UNIT_WEIGHT		1024ul
#define UNIT_ALL_CPUS		(BIT(UNIT_CPUS) - 1)

const struct sched_class fair_sched_class, idle_sched_class, rt_sched_class;
struct rq unit_rq[UNIT_CPUS];
unsigned int unit_cpu;
int unit_node[UNIT_CPUS];
unsigned int sysctl_sched_base_slice = 3 * MS;
unsigned int unit_locks_taken;
unsigned int unit_wakeups;

static struct task_group unit_root_group;
static struct task_struct unit_idle[UNIT_CPUS];

bool update_deadline(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	if ((s64)(se->vruntime - se->deadline) < 0)
		return false;
	if (!se->custom_slice)
		se->slice = sysctl_sched_base_slice;
	se->deadline = se->vruntime + calc_delta_fair(pvsched_slice_ns(se, se->slice), se);
	return true;
}

/* All levels share one clock: what runs is accounted when the root is updated. */
void update_curr(struct cfs_rq *cfs_rq)
{
	struct rq *rq = cfs_rq->rq;
	struct sched_entity *se;
	u64 delta = rq->clock - rq->exec_start;
	bool ends;

	unit_require(rq->locked && rq->clock_updated);
	if (rq->curr == rq->idle || !delta)
		return;
	rq->exec_start = rq->clock;
	se = &rq->curr->se;
	for_each_unit_level(se) {
		cfs_rq = unit_queue(se);
		se->vruntime += calc_delta_fair(delta, se);
		se->sum_exec_runtime += delta;
		ends = update_deadline(cfs_rq, se);
		/* The end of the slice, or of what it was allowed to borrow. */
		if (cfs_rq->nr_running > 1 && (ends || unit_is_over(cfs_rq, se))) {
			resched_curr(rq);
			clear_buddies(cfs_rq, se);
		}
	}
}

/* As place_entity(): with its lag, and the base's slice. */
static void unit_place(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	s64 weight, own = scale_load_down(unit_weight(se)), lag = se->vlag;
	u64 average = avg_vruntime(cfs_rq);
	__int128 sum;

	unit_sum(cfs_rq, average, &sum, &weight);
	if (weight)
		lag = (__int128)lag * (weight + own) / weight;
	if (!se->custom_slice)
		se->slice = sysctl_sched_base_slice;
	se->vruntime = average - lag;
	se->deadline = se->vruntime + calc_delta_fair(se->slice, se);
}

static void unit_enqueue(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	unit_place(cfs_rq, se);
	__enqueue_entity(cfs_rq, se);
	se->on_rq = 1;
	cfs_rq->nr_running++;
}

static void unit_dequeue(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	s64 limit = calc_delta_fair(unit_lag_ns(cfs_rq, se), se);
	s64 lag = avg_vruntime(cfs_rq) - se->vruntime;

	clear_buddies(cfs_rq, se);
	if (se->in_tree)
		__dequeue_entity(cfs_rq, se);
	se->vlag = lag < -limit ? -limit : lag > limit ? limit : lag;
	se->on_rq = 0;
	cfs_rq->nr_running--;
}

static void unit_count(struct sched_entity *se, int by)
{
	for_each_sched_entity(se)
		se->cfs_rq->h_nr_queued += by, se->cfs_rq->h_nr_runnable += by;
}

void activate_task(struct rq *rq, struct task_struct *p, int flags)
{
	struct sched_entity *se = &p->se;

	unit_require(rq->locked && rq->clock_updated && p->cpu == (int)rq->cpu);
	update_curr(&rq->cfs);
	p->on_rq = TASK_ON_RQ_QUEUED;
	list_add(&se->group_node, &rq->cfs_tasks);
	unit_count(se, 1);
	unit_weigh(se);
	for_each_unit_level(se) {
		if (se->on_rq)
			break;
		unit_enqueue(unit_queue(se), se);
	}
	rq->nr_running++;
}

void deactivate_task(struct rq *rq, struct task_struct *p, int flags)
{
	struct sched_entity *se = &p->se;

	unit_require(rq->locked && rq->clock_updated && p->on_rq && rq->curr != p);
	update_curr(&rq->cfs);
	p->on_rq = 0;
	list_del(&se->group_node);
	unit_count(se, -1);
	for_each_unit_level(se) {
		unit_dequeue(unit_queue(se), se);
		if (unit_queue(se)->nr_running)
			break;
	}
	rq->nr_running--;
}

void set_task_cpu(struct task_struct *p, int cpu)
{
	unit_require(!p->on_rq && cpu_active(cpu) && (p->cpus & BIT(cpu)));
	p->cpu = cpu;
	p->se.parent = task_group(p)->se[cpu];
	p->se.cfs_rq = task_group(p)->cfs_rq[cpu];
}

/* As in pick_next_entity(): a task that sleeps is due, and leaves the queue. */
void unit_dequeue_delayed(struct rq *rq, struct sched_entity *se)
{
	struct task_struct *p = task_of(se);

	p->on_rq = 0;
	p->sleeps = true;
	list_del(&se->group_node);
	unit_count(se, -1);
	unit_dequeue(unit_queue(se), se);
	se->sched_delayed = 0;
	rq->nr_running--;
}

static struct task_struct *unit_pick(struct rq *rq)
{
	struct sched_entity *se;

	while (rq->cfs.nr_running) {
		se = unit_pick_entity(rq);
		if (!se->sched_delayed)
			return task_of(se);
		unit_dequeue_delayed(rq, se);
	}

	return rq->idle;
}

static void unit_put_prev(struct rq *rq)
{
	struct sched_entity *se = &rq->curr->se;

	if (rq->curr == rq->idle)
		return;
	for_each_unit_level(se) {
		if (se->on_rq)
			__enqueue_entity(unit_queue(se), se);
		unit_queue(se)->curr = NULL;
	}
}

static void unit_set_next(struct rq *rq, struct task_struct *p)
{
	struct sched_entity *se = &p->se;

	rq->curr = p;
	rq->exec_start = rq->clock;
	if (p == rq->idle)
		return;
	for_each_unit_level(se) {
		if (unit_queue(se)->next == se)
			unit_queue(se)->next = NULL;
		__dequeue_entity(unit_queue(se), se);
		unit_protect_slice(se);
		unit_queue(se)->curr = se;
		se->prev_sum_exec_runtime = se->sum_exec_runtime;
	}
	unit_start_timer(rq, &p->se);
}

/* Switch tasks on a CPU. */
static void unit_schedule(struct rq *rq)
{
	struct task_struct *next;

	unit_lock_rq(rq);
	update_rq_clock(rq);
	update_curr(&rq->cfs);
	rq->need_resched = false;
	next = unit_pick(rq);
	if (next != rq->curr) {
		unit_put_prev(rq);
		unit_set_next(rq, next);
	}
	unit_unlock_rq(rq);
}

void schedule(void)
{
	unit_schedule(this_rq());
}

/* Let what runs on a CPU do so for a while, without a switch. */
static void unit_run(struct rq *rq, u64 ns)
{
	rq->clock += ns;
	unit_lock_rq(rq);
	update_rq_clock(rq);
	update_curr(&rq->cfs);
	unit_unlock_rq(rq);
}

static void unit_wake(struct task_struct *p)
{
	struct rq *rq = task_rq(p);

	p->sleeps = false;
	unit_lock_rq(rq);
	update_rq_clock(rq);
	activate_task(rq, p, 0);
	wakeup_preempt(rq, p, 0);
	unit_unlock_rq(rq);
}

/* What runs on a CPU goes to sleep. */
static void unit_sleep(struct rq *rq)
{
	struct task_struct *p = rq->curr;
	struct sched_entity *se = &p->se;

	unit_lock_rq(rq);
	update_rq_clock(rq);
	update_curr(&rq->cfs);
	p->sleeps = true;
	p->on_rq = 0;
	list_del(&se->group_node);
	unit_count(se, -1);
	for_each_unit_level(se) {
		unit_dequeue(unit_queue(se), se);
		if (unit_queue(se)->nr_running)
			break;
	}
	rq->nr_running--;
	unit_unlock_rq(rq);
	unit_schedule(rq);
}

static void unit_init_entity(struct sched_entity *se, struct cfs_rq *cfs_rq,
			     struct sched_entity *parent)
{
	*se = (struct sched_entity) {
		.slice = sysctl_sched_base_slice,
		.cfs_rq = cfs_rq,
		.parent = parent,
		.depth = parent ? parent->depth + 1 : 0,
	};
	unit_set_weight(se, UNIT_WEIGHT);
}

/* A task, asleep. A vCPU has a preempt notifier, other tasks have none. */
static void unit_init_task(struct task_struct *p, unsigned int cpu, void *mm, bool is_vcpu)
{
	*p = (struct task_struct) {
		.sched_class = &fair_sched_class,
		.mm = mm,
		.cpus = UNIT_ALL_CPUS,
		.cpu = cpu,
		.sleeps = true,
	};
	p->cpus_ptr = &p->cpus;
	if (is_vcpu)
		p->preempt_notifiers.first = p;
	unit_init_entity(&p->se, &cpu_rq(cpu)->cfs, NULL);
	p->se.task = p;
}

/* A group below the root; @se is its entity on each CPU. */
struct unit_group {
	struct sched_entity se[UNIT_CPUS];
	struct cfs_rq cfs[UNIT_CPUS];
	struct task_group tg;
};

static void unit_init_group(struct unit_group *group)
{
	unsigned int cpu;

	memset(group, 0, sizeof(*group));
	for (cpu = 0; cpu < UNIT_CPUS; cpu++) {
		unit_init_entity(&group->se[cpu], &cpu_rq(cpu)->cfs, NULL);
		group->se[cpu].my_q = &group->cfs[cpu];
		group->cfs[cpu].rq = cpu_rq(cpu);
		group->cfs[cpu].tg = &group->tg;
		group->tg.cfs_rq[cpu] = &group->cfs[cpu];
		group->tg.se[cpu] = &group->se[cpu];
	}
}

static void unit_set_group_weight(struct unit_group *group, unsigned long weight)
{
	unsigned int cpu;

	for (cpu = 0; cpu < UNIT_CPUS; cpu++)
		unit_set_weight(&group->se[cpu], weight);
}

static void unit_join(struct unit_group *group, struct task_struct *p)
{
	unit_init_entity(&p->se, &group->cfs[p->cpu], &group->se[p->cpu]);
	p->se.task = p;
}

static void unit_boot(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < UNIT_CPUS; cpu++) {
		unit_rq[cpu] = (struct rq) {
			.cpu = cpu,
			.clock = 1000 * MS,
			.exec_start = 1000 * MS,
			.curr = &unit_idle[cpu],
			.idle = &unit_idle[cpu],
		};
		unit_idle[cpu] = (struct task_struct) {
			.sched_class = &idle_sched_class,
			.cpu = cpu,
		};
		unit_rq[cpu].cfs.rq = &unit_rq[cpu];
		unit_rq[cpu].cfs.tg = &unit_root_group;
		unit_root_group.cfs_rq[cpu] = &unit_rq[cpu].cfs;
		unit_rq[cpu].cfs_tasks.next = unit_rq[cpu].cfs_tasks.prev = &unit_rq[cpu].cfs_tasks;
		unit_rq[cpu].rd = unit_rq[cpu].sd = unit_rq;
		/* Two queues have nothing to do with each other's times. */
		unit_rq[cpu].cfs.average = cpu * 1000000 * MS;
	}
	unit_cpu = 0;
}

/* The weighted sum of virtual runtimes, relative to @base. */
static __int128 unit_weighted(struct cfs_rq *cfs_rq, u64 base)
{
	__int128 sum;
	s64 weight;

	unit_sum(cfs_rq, base, &sum, &weight);
	return sum;
}

#endif /* _UNIT_MACHINE_H */
