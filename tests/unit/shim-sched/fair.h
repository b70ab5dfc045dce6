/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fair class in user space: as much of kernel/sched/fair.c as host/sched
 * uses, for few entities on few CPUs. Queues are arrays, averages are exact, and
 * the clock advances when a test says so. Locks are counted, so that a test fails
 * where a run queue is used without its lock.
 *
 * What differs between base kernels is in the unit_base.h of each, a folder beside this file.
 */
#ifndef _UNIT_FAIR_H
#define _UNIT_FAIR_H

#include "kernel.h"

#define CONFIG_FAIR_GROUP_SCHED

#define U64_MAX			(~0ull)
#define HZ			250
#define TICK_NSEC		(1000000000ull / HZ)
#define NICE_0_LOAD		(1024l << 10)
#define scale_load_down(w)	((w) >> 10)

#define max(a, b)		((a) > (b) ? (a) : (b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define DEFINE_PER_CPU(type, name)	__typeof__(type) name[UNIT_CPUS]
#define per_cpu(name, cpu)	((name)[cpu])
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define rcu_dereference_protected(p, cond)	(p)
#define rcu_dereference(p)	(p)
#define rcu_access_pointer(p)	(p)
#define fls64(x)		((x) ? 64 - __builtin_clzll(x) : 0)
#define div64_s64(a, b)		((s64)(a) / (s64)(b))
#define div64_u64(a, b)		((u64)(a) / (u64)(b))
#define div_u64(a, b)		((u64)(a) / (u32)(b))
#define lockdep_assert_rq_held(rq)	unit_require((rq)->locked)

#define UNIT_CPUS		4
#define UNIT_ENTITIES		32


struct rq;
struct cfs_rq;
struct sched_class { int unused; };
struct task_group { struct cfs_rq *cfs_rq[UNIT_CPUS]; struct sched_entity *se[UNIT_CPUS]; };
struct rb_node { struct sched_entity *se; };
struct list_head { struct list_head *next, *prev; };
struct hlist_head { void *first; };
struct load_weight { unsigned long weight; };

struct sched_entity {
	struct load_weight load, h_load;
	struct rb_node run_node;
	struct list_head group_node;
	u64 vruntime, deadline, slice, sum_exec_runtime, prev_sum_exec_runtime;
	u64 vprot;
	s64 vlag;
	unsigned char on_rq, sched_delayed, custom_slice, idle;
	int depth;
	struct sched_entity *parent;
	struct cfs_rq *cfs_rq, *my_q;
	struct task_struct *task;	/* NULL for a group */
	bool in_tree;
};

struct cfs_rq {
	struct sched_entity *tree[UNIT_ENTITIES];
	unsigned int nr_tree;
	unsigned long sum_weight;	/* of those */
	unsigned int nr_running, h_nr_queued, h_nr_runnable, h_nr_delayed;
	struct sched_entity *curr, *next;
	struct rq *rq;
	struct task_group *tg;
	bool throttled;
	u64 average;
};

struct rq {
	struct cfs_rq cfs;
	struct task_struct *curr, *idle, *stop;
	unsigned int nr_running;
	unsigned int cpu;
	u64 clock, exec_start, timer;
	bool locked, need_resched, clock_updated, inactive;
	unsigned long cookie;
	struct list_head cfs_tasks;
	void *rd, *sd;
};

struct task_struct {
	struct sched_entity se;
	const struct sched_class *sched_class;
	void *mm;
	struct hlist_head preempt_notifiers;
	const unsigned long *cpus_ptr;
	unsigned long cpus;
	int cpu, on_rq, policy;
	bool pi_lock, sleeps, migration_disabled;
	unsigned long cookie;
};

enum { TASK_ON_RQ_QUEUED = 1 };
enum { DEQUEUE_NOCLOCK = 1, ENQUEUE_NOCLOCK = 1 };
enum { SCHED_NORMAL, SCHED_IDLE = 5 };

extern const struct sched_class fair_sched_class, idle_sched_class, rt_sched_class;

/* What a test decides or sees. */
extern struct rq unit_rq[UNIT_CPUS];
extern unsigned int unit_cpu;		/* the CPU on which the caller runs */
extern int unit_node[UNIT_CPUS];
extern unsigned int sysctl_sched_base_slice;
extern unsigned int unit_locks_taken;	/* locks of run queues */
extern unsigned int unit_wakeups;	/* calls of wakeup_preempt() */
void schedule(void);

#define current			(unit_rq[unit_cpu].curr)

static inline struct rq *cpu_rq(int cpu) { return &unit_rq[cpu]; }
static inline struct rq *this_rq(void) { return cpu_rq(unit_cpu); }
static inline struct rq *raw_rq(void) { return this_rq(); }
static inline int smp_processor_id(void) { return unit_cpu; }
static inline int raw_smp_processor_id(void) { return unit_cpu; }
static inline int cpu_of(struct rq *rq) { return rq->cpu; }
static inline int task_cpu(const struct task_struct *p) { return p->cpu; }
static inline struct rq *task_rq(const struct task_struct *p) { return cpu_rq(p->cpu); }
static inline int cpu_to_node(int cpu) { return unit_node[cpu]; }
static inline bool cpu_active(int cpu) { return !unit_rq[cpu].inactive; }
static inline struct cfs_rq *cfs_rq_of(const struct sched_entity *se) { return se->cfs_rq; }
static inline struct rq *rq_of(struct cfs_rq *cfs_rq) { return cfs_rq->rq; }
static inline struct cfs_rq *group_cfs_rq(struct sched_entity *se) { return se->my_q; }
static inline bool entity_is_task(struct sched_entity *se) { return !se->my_q; }
static inline struct task_struct *task_of(struct sched_entity *se) { return se->task; }
static inline bool hlist_empty(const struct hlist_head *h) { return !h->first; }
static inline struct task_group *task_group(struct task_struct *p) { return p->se.cfs_rq->tg; }
static inline bool task_is_running(struct task_struct *p) { return !p->sleeps; }
static inline bool is_migration_disabled(struct task_struct *p) { return p->migration_disabled; }
static inline bool task_has_idle_policy(struct task_struct *p) { return p->policy == SCHED_IDLE; }

static inline bool task_on_cpu(struct rq *rq, struct task_struct *p)
{
	return rq->curr == p;
}

static inline bool cpumask_test_cpu(int cpu, const unsigned long *mask)
{
	return *mask & BIT(cpu);
}

static inline bool se_is_idle(struct sched_entity *se) { return se->idle; }

#define for_each_sched_entity(se)	for (; se; se = se->parent)

static inline void find_matching_se(struct sched_entity **a, struct sched_entity **b)
{
	while ((*a)->depth > (*b)->depth)
		*a = (*a)->parent;
	while ((*b)->depth > (*a)->depth)
		*b = (*b)->parent;
	while ((*a)->cfs_rq != (*b)->cfs_rq) {
		*a = (*a)->parent;
		*b = (*b)->parent;
	}
}

static inline bool throttled_hierarchy(struct cfs_rq *cfs_rq) { return cfs_rq->throttled; }

static inline bool sched_core_cookie_match(struct rq *rq, struct task_struct *p)
{
	return rq->cookie == p->cookie;
}

/* What a base has of its own uses what follows. */
bool pvsched_pick_buddy(struct cfs_rq *cfs_rq);
static inline u64 avg_vruntime(struct cfs_rq *cfs_rq);
static inline u64 calc_delta_fair(u64 delta, struct sched_entity *se);
static inline bool entity_eligible(struct cfs_rq *cfs_rq, struct sched_entity *se);
static inline struct sched_entity *unit_pick_eevdf(struct cfs_rq *cfs_rq, bool protect);
static inline void unit_set_next_buddy(struct sched_entity *se);
void unit_dequeue_delayed(struct rq *rq, struct sched_entity *se);

#include "unit_base.h"

static inline void unit_set_weight(struct sched_entity *se, unsigned long weight)
{
	if (se->in_tree)
		unit_queue(se)->sum_weight -= unit_weight(se);
	se->load.weight = se->h_load.weight = weight << 10;
	if (se->in_tree)
		unit_queue(se)->sum_weight += unit_weight(se);
}

static inline u64 calc_delta_fair(u64 delta, struct sched_entity *se)
{
	return (unsigned __int128)delta * NICE_0_LOAD / unit_weight(se);
}

/* Sums over the entities of a queue, relative to @base. */
static inline void unit_sum(struct cfs_rq *cfs_rq, u64 base, __int128 *sum, s64 *weight)
{
	unsigned int i;
	struct sched_entity *se;

	*sum = *weight = 0;
	for (i = 0; i <= cfs_rq->nr_tree; i++) {
		se = i < cfs_rq->nr_tree ? cfs_rq->tree[i] : cfs_rq->curr;
		if (!se || !se->on_rq)
			continue;
		*sum += (__int128)(s64)(se->vruntime - base) * scale_load_down(unit_weight(se));
		*weight += scale_load_down(unit_weight(se));
	}
}

static inline u64 avg_vruntime(struct cfs_rq *cfs_rq)
{
	__int128 sum;
	s64 weight;

	unit_sum(cfs_rq, cfs_rq->average, &sum, &weight);
	if (weight)
		cfs_rq->average += (s64)((sum - (sum < 0 ? weight - 1 : 0)) / weight);
	return cfs_rq->average;
}

static inline bool entity_eligible(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	__int128 sum;
	s64 weight;

	unit_sum(cfs_rq, se->vruntime, &sum, &weight);
	return sum >= 0;
}

static inline void __enqueue_entity(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	unit_require(cfs_rq->rq->locked && !se->in_tree && cfs_rq->nr_tree < UNIT_ENTITIES);
	cfs_rq->tree[cfs_rq->nr_tree++] = se;
	cfs_rq->sum_weight += unit_weight(se);
	se->in_tree = true;
}

static inline void __dequeue_entity(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	unsigned int i;

	unit_require(cfs_rq->rq->locked && se->in_tree);
	for (i = 0; cfs_rq->tree[i] != se; i++)
		unit_require(i < cfs_rq->nr_tree);
	cfs_rq->tree[i] = cfs_rq->tree[--cfs_rq->nr_tree];
	cfs_rq->sum_weight -= unit_weight(se);
	se->in_tree = false;
}

static inline void list_add(struct list_head *new, struct list_head *head)
{
	*new = (struct list_head) { head->next, head };
	head->next->prev = new;
	head->next = new;
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

#define list_for_each_entry(pos, head, member)				\
	for (pos = container_of((head)->next, __typeof__(*pos), member);	\
	     &pos->member != (head);					\
	     pos = container_of(pos->member.next, __typeof__(*pos), member))

static inline bool entity_before(const struct sched_entity *a, const struct sched_entity *b)
{
	return (s64)(a->deadline - b->deadline) < 0;
}

/* The entity of the tree that comes after @se, or the first one. */
static inline struct sched_entity *unit_after(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	struct sched_entity *found = NULL, *other;
	unsigned int i;

	for (i = 0; i < cfs_rq->nr_tree; i++) {
		other = cfs_rq->tree[i];
		if (se && (other == se || entity_before(other, se) ||
			   (other->deadline == se->deadline && other < se)))
			continue;
		if (!found || entity_before(other, found) ||
		    (other->deadline == found->deadline && other < found))
			found = other;
	}
	return found;
}

static inline struct sched_entity *__pick_first_entity(struct cfs_rq *cfs_rq)
{
	return unit_after(cfs_rq, NULL);
}

#define __node_2_se(node)	container_of(node, struct sched_entity, run_node)

static inline struct rb_node *rb_next(struct rb_node *node)
{
	struct sched_entity *se = __node_2_se(node);

	se = unit_after(unit_queue(se), se);
	return se ? &se->run_node : NULL;
}

static inline struct sched_entity *unit_pick_eevdf(struct cfs_rq *cfs_rq, bool protect)
{
	struct sched_entity *curr = cfs_rq->curr, *best = NULL, *se;
	unsigned int i;

	if (curr && (!curr->on_rq || !entity_eligible(cfs_rq, curr)))
		curr = NULL;
	if (curr && protect && protect_slice(curr))
		return curr;
	for (i = 0; i < cfs_rq->nr_tree; i++) {
		se = cfs_rq->tree[i];
		if (entity_eligible(cfs_rq, se) && (!best || entity_before(se, best)))
			best = se;
	}
	return !best || (curr && entity_before(curr, best)) ? curr : best;
}

static inline void unit_set_next_buddy(struct sched_entity *se)
{
	for_each_unit_level(se) {
		unit_require(se->on_rq && !se->sched_delayed && se->cfs_rq->rq->locked);
		unit_queue(se)->next = se;
	}
}

static inline void clear_buddies(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	for_each_unit_level(se) {
		if (unit_queue(se)->next != se)
			break;
		unit_queue(se)->next = NULL;
	}
}

static inline void resched_curr(struct rq *rq)
{
	lockdep_assert_rq_held(rq);
	rq->need_resched = true;
}

void pvsched_arrive(struct rq *rq, struct task_struct *p);

static inline void wakeup_preempt(struct rq *rq, struct task_struct *p, int flags)
{
	unit_wakeups++;
	if (rq->curr == rq->idle) {
		resched_curr(rq);
		return;
	}
	pvsched_arrive(rq, p);
	if (unit_preempts(rq, &rq->curr->se, &p->se))
		resched_curr(rq);
}

static inline bool test_tsk_need_resched(struct task_struct *p)
{
	return cpu_rq(p->cpu)->need_resched;
}

static inline u64 rq_clock(struct rq *rq)
{
	unit_require(rq->clock_updated);
	return rq->clock;
}

static inline void update_rq_clock(struct rq *rq)
{
	lockdep_assert_rq_held(rq);
	rq->clock_updated = true;
}

bool update_deadline(struct cfs_rq *cfs_rq, struct sched_entity *se);
void update_curr(struct cfs_rq *cfs_rq);
void activate_task(struct rq *rq, struct task_struct *p, int flags);
void deactivate_task(struct rq *rq, struct task_struct *p, int flags);
void set_task_cpu(struct task_struct *p, int cpu);

/* Locks: a queue that is locked twice, or not in the end, is an error. */
static inline void unit_lock_rq(struct rq *rq)
{
	unit_require(!rq->locked);
	rq->locked = true;
	rq->clock_updated = false;
	unit_locks_taken++;
}

static inline void unit_unlock_rq(struct rq *rq)
{
	unit_require(rq->locked);
	rq->locked = false;
}

struct rq_flags { int unused; };

static inline struct rq *task_rq_lock(struct task_struct *p, struct rq_flags *rf)
{
	unit_require(!p->pi_lock);
	p->pi_lock = true;
	unit_lock_rq(task_rq(p));
	return task_rq(p);
}

static inline void task_rq_unlock(struct rq *rq, struct task_struct *p, struct rq_flags *rf)
{
	unit_unlock_rq(rq);
	p->pi_lock = false;
}

struct unit_two_rqs { struct rq *a, *b; };

static inline bool *unit_lock_pi(bool *lock)
{
	unit_require(!*lock);
	*lock = true;
	return lock;
}

static inline void unit_unlock_pi(bool **lock) { **lock = false; }

static inline struct unit_two_rqs unit_lock_two(struct rq *a, struct rq *b)
{
	unit_lock_rq(a);
	if (a != b)
		unit_lock_rq(b);
	return (struct unit_two_rqs) { a, b };
}

static inline void unit_unlock_two(struct unit_two_rqs *two)
{
	unit_unlock_rq(two->a);
	if (two->a != two->b)
		unit_unlock_rq(two->b);
}

#define guard(name)		unit_guard_##name
#define unit_guard_raw_spinlock_irqsave(lock)				\
	bool *unit_pi __attribute__((cleanup(unit_unlock_pi), unused)) = unit_lock_pi(lock)
#define unit_guard_double_rq_lock(a, b)					\
	struct unit_two_rqs unit_two __attribute__((cleanup(unit_unlock_two), unused)) = \
		unit_lock_two(a, b)

#endif /* _UNIT_FAIR_H */
