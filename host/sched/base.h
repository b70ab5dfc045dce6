/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where base kernels differ, for the part in the fair class. A base is named by its version;
 * what is here for the older one goes when that does.
 *
 * The order of a queue is its entities' virtual runtimes and deadlines. In 6.12 each group
 * has an order of its own on each CPU. In 7.3 one order holds all tasks of a CPU; groups
 * count by the weight that a task has there, which changes with what its group does.
 *
 * fair.c includes this file.
 */
#include <linux/version.h>

#if LINUX_VERSION_MAJOR >= 7

/* The queue in whose order an entity is */
static inline struct cfs_rq *pvsched_queue(struct sched_entity *se)
{
	return &rq_of(cfs_rq_of(se))->cfs;
}

/* That of a task on a CPU */
static inline struct cfs_rq *pvsched_queue_on(struct task_struct *p, struct rq *rq)
{
	return &rq->cfs;
}

/* The orders from a task's up to the root's: one */
#define for_each_pvsched_level(se)	for (; se; se = NULL)

/* The highest entity of @p that it does not share with @curr */
static inline struct sched_entity *pvsched_top(struct task_struct *curr, struct task_struct *p)
{
	return &p->se;
}

/* What the order weighs an entity by */
static inline unsigned long pvsched_weight(struct sched_entity *se)
{
	return se->h_load.weight;
}

/* A product of these and PVSCHED_MAX_APART is no longer than 63 bits. */
#define PVSCHED_WEIGHT_BITS	22

/* By how much to shorten two weights of which only the ratio counts */
static inline int pvsched_excess_bits(unsigned long a, unsigned long b)
{
	return max(fls64(max(a, b)) - PVSCHED_WEIGHT_BITS, 0);
}

static inline bool pvsched_exchange_entities(struct pvsched_turn *a, struct sched_entity *from,
					     struct pvsched_turn *b, struct sched_entity *to)
{
	unsigned long w_from = pvsched_weight(from), w_to = pvsched_weight(to);
	int excess = pvsched_excess_bits(w_from, w_to);

	return pvsched_exchange_turns(a, max(w_from >> excess, 1UL), b, max(w_to >> excess, 1UL));
}

/* Tasks of all groups are in one order, which weighs them: what one has fits the other. */
static inline bool pvsched_are_peers(struct task_struct *a, struct task_struct *b)
{
	unsigned long w_a = pvsched_weight(&a->se), w_b = pvsched_weight(&b->se);

	return w_a <= PVSCHED_MAX_WEIGHTS * w_b && w_b <= PVSCHED_MAX_WEIGHTS * w_a;
}

static inline bool pvsched_is_weight(struct sched_entity *se, unsigned long weight)
{
	return true;
}

/* No more than the base's bound, which is the longest slice of the queue and a tick */
static inline u64 pvsched_lag_ns(void)
{
	return sysctl_sched_base_slice + TICK_NSEC;
}

static inline s64 pvsched_reweigh(s64 delta, unsigned long from, unsigned long to)
{
	int excess = pvsched_excess_bits(from, to);

	delta = clamp(delta, -PVSCHED_MAX_APART, PVSCHED_MAX_APART);

	return pvsched_scale(delta, max(from >> excess, 1UL), max(to >> excess, 1UL));
}

/*
 * The average of a queue with one more entity in it, of weight @weight and at @vruntime. The
 * others owe it, or are owed by it, no more than the bound.
 */
static inline u64 pvsched_average_with(struct cfs_rq *cfs_rq, u64 vruntime, unsigned long weight)
{
	struct sched_entity *curr = cfs_rq->curr;
	unsigned long load = cfs_rq->sum_weight;
	u64 average;
	s64 most;

	update_curr_eevdf(cfs_rq);
	average = avg_vruntime(cfs_rq);
	if (curr && curr->on_rq)
		load += avg_vruntime_weight(cfs_rq, curr->h_load.weight);
	weight = avg_vruntime_weight(cfs_rq, weight);
	most = div64_u64(pvsched_lag_ns() * NICE_0_LOAD, max(load, 1UL));

	return average - clamp(pvsched_reweigh(pvsched_lag_behind(average, vruntime), weight,
					       load + weight), -most, most);
}

/* The average of the queue of @se once it has a turn, where @average is that */
static inline u64 pvsched_average_then(struct sched_entity *se, u64 average)
{
	return average;
}

/*
 * A turn that was one of weight @weight, around the average @average: make it one of @se that
 * is worth as much in nanoseconds, so that all others are owed what they were. The average is
 * that of a queue with the turn in it.
 */
static inline void pvsched_fit_turn(struct sched_entity *se, struct pvsched_turn *turn,
				    u64 average, unsigned long weight)
{
	s64 lag = pvsched_lag_behind(average, turn->vruntime);
	s64 rest = turn->deadline - turn->vruntime;

	turn->vruntime = average - pvsched_reweigh(lag, weight, pvsched_weight(se));
	turn->deadline = turn->vruntime + pvsched_reweigh(rest, weight, pvsched_weight(se));
}

/* What the base picks without a next buddy */
static inline struct sched_entity *pvsched_pick(struct cfs_rq *cfs_rq)
{
	struct sched_entity *next = cfs_rq->next, *se;

	cfs_rq->next = NULL;
	se = pick_eevdf(cfs_rq, true);
	cfs_rq->next = next;

	return se;
}

/*
 * The same for a pick, which dequeues what sleeps and is due. The base's would take the next
 * buddy before it looks at that, and without an exchange.
 */
static inline struct sched_entity *pvsched_pick_due(struct cfs_rq *cfs_rq)
{
	struct sched_entity *se = pvsched_pick(cfs_rq);

	while (se->sched_delayed) {
		__dequeue_task(rq_of(cfs_rq), task_of(se), DEQUEUE_SLEEP | DEQUEUE_DELAYED);
		se = pvsched_pick(cfs_rq);
	}

	return se;
}

static inline void pvsched_set_next_buddy(struct sched_entity *se)
{
	set_next_buddy(pvsched_queue(se), se);
}

/* Protect the rest of the slice of what runs, and end that on time. */
static inline void pvsched_protect_slice(struct sched_entity *se)
{
	struct rq *rq = rq_of(cfs_rq_of(se));

	set_protect_slice(pvsched_queue(se), se);
	if (hrtick_enabled_fair(rq))
		hrtick_start_fair(rq, task_of(se));
}

static inline bool pvsched_is_throttled_on(struct task_struct *p, int from, int to)
{
	return lb_throttled_hierarchy(p, to);
}

static inline unsigned int pvsched_nr_delayed(struct rq *rq)
{
	return READ_ONCE(rq->cfs.h_nr_queued) - READ_ONCE(rq->cfs.h_nr_runnable);
}

#else /* 6.12 */

static inline struct cfs_rq *pvsched_queue(struct sched_entity *se)
{
	return cfs_rq_of(se);
}

static inline struct cfs_rq *pvsched_queue_on(struct task_struct *p, struct rq *rq)
{
#ifdef CONFIG_FAIR_GROUP_SCHED
	return task_group(p)->cfs_rq[cpu_of(rq)];
#else
	return &rq->cfs;
#endif
}

#define for_each_pvsched_level(se)	for_each_sched_entity(se)

static inline struct sched_entity *pvsched_top(struct task_struct *curr, struct task_struct *p)
{
	struct sched_entity *from = &curr->se, *to = &p->se;

	find_matching_se(&from, &to);
	return to;
}

static inline unsigned long pvsched_weight(struct sched_entity *se)
{
	return se->load.weight;
}

#define pvsched_exchange_entities(a, from, b, to)				\
	pvsched_exchange_turns(a, scale_load_down((from)->load.weight),		\
			       b, scale_load_down((to)->load.weight))

/* Turns of different groups or weights are not worth the same. */
static inline bool pvsched_are_peers(struct task_struct *a, struct task_struct *b)
{
	return task_group(a) == task_group(b) && a->se.load.weight == b->se.load.weight;
}

static inline bool pvsched_is_weight(struct sched_entity *se, unsigned long weight)
{
	return se->load.weight == weight;
}

/* Positions are taken by tasks of the same weight alone. */
static inline u64 pvsched_average_with(struct cfs_rq *cfs_rq, u64 vruntime, unsigned long weight)
{
	return 0;
}

static inline u64 pvsched_average_then(struct sched_entity *se, u64 average)
{
	return avg_vruntime(cfs_rq_of(se));
}

static inline void pvsched_fit_turn(struct sched_entity *se, struct pvsched_turn *turn,
				    u64 average, unsigned long weight)
{
}

static inline u64 pvsched_lag_ns(void)
{
	return pvsched_lag_bound_ns(sysctl_sched_base_slice, TICK_NSEC);
}

static inline struct sched_entity *pvsched_pick(struct cfs_rq *cfs_rq)
{
	return pick_eevdf(cfs_rq);
}

/* The base dequeues one that sleeps, and comes back: NULL until then. */
static inline struct sched_entity *pvsched_pick_due(struct cfs_rq *cfs_rq)
{
	struct sched_entity *se = pvsched_pick(cfs_rq);

	return se->sched_delayed ? NULL : se;
}

static inline void pvsched_set_next_buddy(struct sched_entity *se)
{
	set_next_buddy(se);
}

static inline void pvsched_protect_slice(struct sched_entity *se)
{
	set_protect_slice(se);
}

static inline bool pvsched_is_throttled_on(struct task_struct *p, int from, int to)
{
	return throttled_lb_pair(task_group(p), from, to);
}

static inline unsigned int pvsched_nr_delayed(struct rq *rq)
{
	return READ_ONCE(rq->cfs.h_nr_delayed);
}

#endif
