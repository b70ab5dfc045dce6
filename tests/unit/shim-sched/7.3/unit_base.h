/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fair class of Linux 7.3 in user space: what differs from that of other bases. All tasks of
 * a CPU are in the order of its root queue, weighed by what their groups have. Slices end by a
 * timer. fair.h includes this file.
 */
#ifndef _UNIT_BASE_H
#define _UNIT_BASE_H

enum { DEQUEUE_SLEEP = 2, DEQUEUE_DELAYED = 4 };

/* What the order weighs an entity by, the queue of that order, and the orders above it: none */
#define unit_weight(se)			((se)->h_load.weight)
void update_curr(struct cfs_rq *cfs_rq);
#define unit_queue(se)			(&rq_of((se)->cfs_rq)->cfs)
#define for_each_unit_level(se)		for (; se; se = NULL)

#define avg_vruntime_weight(cfs_rq, w)	(w)
#define update_curr_eevdf(cfs_rq)	update_curr(cfs_rq)

/* The base's bound on lag in nanoseconds, also as a test with slices of 3 ms sees it */
#define unit_lag_ns(cfs_rq, se)		(unit_longest_slice(cfs_rq, se) + TICK_NSEC)
#define UNIT_LAG_NS			7000000ll

static inline u64 unit_longest_slice(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	u64 slice = se->slice;
	unsigned int i;

	for (i = 0; i < cfs_rq->nr_tree; i++)
		slice = max(slice, cfs_rq->tree[i]->slice);
	return slice;
}

/* A slice is protected up to a virtual runtime. */
static inline void set_protect_slice(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	unit_require(cfs_rq == unit_queue(se));
	se->vprot = se->deadline;
}

static inline bool protect_slice(struct sched_entity *se)
{
	return (s64)(se->vruntime - se->vprot) < 0;
}

static inline void unit_end_protection(struct sched_entity *se) { se->vprot = se->vruntime; }
#define unit_protect_slice(se)		set_protect_slice(unit_queue(se), se)

static inline void cancel_protect_slice(struct sched_entity *se)
{
	if (protect_slice(se))
		unit_end_protection(se);
}

/* Has what runs used up what it was allowed to borrow? */
#define unit_is_over(cfs_rq, se)	(!protect_slice(se))

/* The pick takes a buddy that is eligible by itself, before it looks at anything else. */
static inline struct sched_entity *pick_eevdf(struct cfs_rq *cfs_rq, bool protect)
{
	if (protect && cfs_rq->next && entity_eligible(cfs_rq, cfs_rq->next)) {
		unit_require(!cfs_rq->next->sched_delayed);
		return cfs_rq->next;
	}
	return unit_pick_eevdf(cfs_rq, protect);
}

static inline void set_next_buddy(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	unit_require(cfs_rq == unit_queue(se));
	unit_set_next_buddy(se);
}

static inline bool lb_throttled_hierarchy(struct task_struct *p, int to)
{
	return throttled_hierarchy(task_group(p)->cfs_rq[to]);
}

static inline bool __dequeue_task(struct rq *rq, struct task_struct *p, int flags)
{
	unit_require(p->se.sched_delayed && flags == (DEQUEUE_SLEEP | DEQUEUE_DELAYED));
	unit_dequeue_delayed(rq, &p->se);
	return true;
}

static inline bool hrtick_enabled_fair(struct rq *rq) { return true; }

/* When the slice ends of what runs, by the run queue's clock */
static inline void hrtick_start_fair(struct rq *rq, struct task_struct *p)
{
	s64 rest = p->se.deadline - p->se.vruntime;

	unit_require(rq->locked && task_rq(p) == rq);
	rq->timer = rq->clock + (u64)max(rest, 0) * unit_weight(&p->se) / NICE_0_LOAD;
}

/* One that runs while others wake up is protected for the base's slice from its share on. */
static inline void unit_shorten_protection(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	u64 average = avg_vruntime(cfs_rq), until;

	until = (s64)(average - se->vruntime) < 0 ? average : se->vruntime;
	until += calc_delta_fair(sysctl_sched_base_slice, se);
	if ((s64)(until - se->vprot) < 0)
		se->vprot = until;
}

/* Does @pse, which woke up, preempt @se, which runs? If not, @se is protected for a slice. */
static inline bool unit_preempts(struct rq *rq, struct sched_entity *se, struct sched_entity *pse)
{
	struct cfs_rq *cfs_rq = &rq->cfs;
	bool is_shorter = pse->slice < se->slice;

	if (pick_eevdf(cfs_rq, !is_shorter) == pse ||
	    (is_shorter && entity_eligible(cfs_rq, pse))) {
		cancel_protect_slice(se);
		return true;
	}
	unit_shorten_protection(cfs_rq, se);
	return false;
}

static inline struct sched_entity *unit_pick_entity(struct rq *rq)
{
	struct cfs_rq *cfs_rq = &rq->cfs;

	if (cfs_rq->next && pvsched_pick_buddy(cfs_rq))
		return cfs_rq->next;

	return pick_eevdf(cfs_rq, true);
}

/* What a task begins with that comes to a queue: its part of what its group has there */
static inline void unit_weigh(struct sched_entity *se)
{
	if (se->parent)
		se->h_load.weight = se->parent->load.weight / se->cfs_rq->h_nr_queued;
	else
		se->h_load.weight = se->load.weight;
}

/* And to a CPU */
static inline void unit_start_timer(struct rq *rq, struct sched_entity *se)
{
	hrtick_start_fair(rq, task_of(se));
}

#endif /* _UNIT_BASE_H */
