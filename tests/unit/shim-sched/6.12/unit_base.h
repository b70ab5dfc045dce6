/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fair class of Linux 6.12 in user space: what differs from that of other bases. Each group
 * has a queue of its own on each CPU, in whose order its entities are. fair.h includes this file.
 */
#ifndef _UNIT_BASE_H
#define _UNIT_BASE_H

/* What the order weighs an entity by, the queue of that order, and the orders above it */
#define unit_weight(se)			((se)->load.weight)
#define unit_queue(se)			((se)->cfs_rq)
#define for_each_unit_level(se)		for_each_sched_entity(se)

/* The base's bound on lag in nanoseconds, also as a test with slices of 3 ms sees it */
#define unit_lag_ns(cfs_rq, se)		max(2 * (se)->slice, TICK_NSEC)
#define UNIT_LAG_NS			6000000ll

/* A slice is protected as long as its deadline is the one with which it began. */
static inline void set_protect_slice(struct sched_entity *se) { se->vlag = se->deadline; }
static inline bool protect_slice(struct sched_entity *se) { return se->vlag == se->deadline; }
static inline void unit_end_protection(struct sched_entity *se) { se->vlag = se->deadline + 1; }
#define unit_protect_slice(se)		set_protect_slice(se)

static inline void cancel_protect_slice(struct sched_entity *se)
{
	if (protect_slice(se))
		unit_end_protection(se);
}

/* Has what runs used up what it was allowed to borrow? */
#define unit_is_over(cfs_rq, se)	(!protect_slice(se) && !entity_eligible(cfs_rq, se))

#define pick_eevdf(cfs_rq)		unit_pick_eevdf(cfs_rq, true)
#define set_next_buddy(se)		unit_set_next_buddy(se)

static inline bool throttled_lb_pair(struct task_group *tg, int from, int to)
{
	return false;
}

/* Does @pse, which woke up, preempt @se, which runs? A shorter slice ends a protection. */
static inline bool unit_preempts(struct rq *rq, struct sched_entity *se, struct sched_entity *pse)
{
	if (rq->need_resched)
		return false;

	find_matching_se(&se, &pse);
	if (pse->slice < se->slice && entity_eligible(pse->cfs_rq, pse) && protect_slice(se))
		unit_end_protection(se);

	return pick_eevdf(se->cfs_rq) == pse;
}

static inline struct sched_entity *unit_pick_entity(struct rq *rq)
{
	struct cfs_rq *cfs_rq = &rq->cfs;
	struct sched_entity *se;

	do {
		se = cfs_rq->next;
		if (!se || !pvsched_pick_buddy(cfs_rq))
			se = pick_eevdf(cfs_rq);
		unit_require(se && se->on_rq);
		cfs_rq = group_cfs_rq(se);
	} while (cfs_rq);

	return se;
}

/* What a task begins with that comes to a queue, or to a CPU */
static inline void unit_weigh(struct sched_entity *se) { }
static inline void unit_start_timer(struct rq *rq, struct sched_entity *se) { }

#endif /* _UNIT_BASE_H */
