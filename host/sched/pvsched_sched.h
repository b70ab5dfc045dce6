/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the scheduler does for the host part; built into the kernel itself.
 */
#ifndef _LINUX_PVSCHED_SCHED_H
#define _LINUX_PVSCHED_SCHED_H

#include <linux/types.h>

struct cfs_rq;
struct rq;
struct sched_entity;
struct task_group;
struct task_struct;

#ifdef CONFIG_KVM_PVSCHED

/**
 * struct pvsched_position - A position in the fair queue of a CPU
 * @task:	the task that is to take it; compared, never followed
 * @queue:	the queue; compared, never followed
 * @weight:	the load weight of the task that left it
 * @at:		when it was left, in nanoseconds of the run queue's clock
 * @cpu:	the CPU
 * @vruntime:	the virtual runtime there, in the queue's virtual time
 * @deadline:	the virtual deadline, likewise
 * @lag:	how far the task that left it was behind its share, in virtual time
 */
struct pvsched_position {
	const void *task;
	const void *queue;
	unsigned long weight;
	u64 at;
	int cpu;
	u64 vruntime;
	u64 deadline;
	s64 lag;
};

/* Groups from that of a VM to the root at most. */
#define PVSCHED_LEVELS	12

/**
 * struct pvsched_limit - Whether the quotas on the way to a VM bind
 * @throttled:	periods in which one did, at the last look
 * @hold:	how long they count since, in nanoseconds
 * @until:	they count until then
 */
struct pvsched_limit {
	u32 throttled;
	u64 hold;
	u64 until;
};

/* Why a VM's number is what it is; also shown by the tracepoint. */
enum pvsched_capacity_reason {
	PVSCHED_CAPACITY_OFF,		/* none: switched off, all zero */
	PVSCHED_CAPACITY_CPUS,		/* the CPUs that it may use */
	PVSCHED_CAPACITY_QUOTA,		/* a quota that is less, and binds */
	PVSCHED_CAPACITY_VOTES,		/* all: its vCPUs compete with strangers one by one */
	PVSCHED_CAPACITY_UNLIKE,	/* all: its vCPUs are not alike */
};

/**
 * struct pvsched_capacity - What is known of what a VM can have
 * @limit:	do quotas count?
 * @foreign:	tasks that the last look found where the VM's vCPUs compete
 * @votes:	how often there were some lately
 * @is_voting:	that is enough for vCPUs to be votes
 * @reason:	enum pvsched_capacity_reason
 */
struct pvsched_capacity {
	struct pvsched_limit limit;
	u32 foreign;
	u8 votes;
	bool is_voting;
	u8 reason;
};

/**
 * struct pvsched_census - A count of a VM's vCPUs
 * @first:	a vCPU's task
 * @group:	the smallest group that holds all of them
 * @leaf:	the group of the last one
 * @tasks:	vCPUs that have run
 * @runnable:	those that run or wait for a CPU
 * @differ:	they may not use the same CPUs, are not of the fair class, or have
 *		quotas of their own
 */
struct pvsched_census {
	struct task_struct *first;
	struct task_group *group;
	struct task_group *leaf;
	u32 tasks;
	u32 runnable;
	bool differ;
};

void pvsched_census_add(struct pvsched_census *census, struct task_struct *p);
u32 pvsched_capacity_look(struct pvsched_capacity *c, const struct pvsched_census *census,
			  u32 vcpus, u64 now);

bool pvsched_set_next(struct task_struct *p);
bool pvsched_yield_to(struct task_struct *p);
bool pvsched_set_next_here(struct task_struct *p);
bool pvsched_pull_task(struct task_struct *p);
bool pvsched_swap_in(struct task_struct *p, struct pvsched_position *pos);
void pvsched_swap_out(struct task_struct *p, const struct pvsched_position *pos);
unsigned int pvsched_nr_waiting_here(void);
bool pvsched_pick_buddy(struct cfs_rq *cfs_rq);
u64 pvsched_slice_ns(struct sched_entity *se, u64 slice);
void pvsched_requeue(struct sched_entity *se);
void pvsched_arrive(struct rq *rq, struct task_struct *p);

/* A switch, and tunables in microseconds or times; the parameters are KVM's. */
extern bool pvsched_slice;
extern unsigned int pvsched_slice_us;
extern unsigned int pvsched_preempt_us;

#else

#define pvsched_pick_buddy(cfs_rq)	entity_eligible(cfs_rq, (cfs_rq)->next)

static inline u64 pvsched_slice_ns(struct sched_entity *se, u64 slice)
{
	return slice;
}

static inline void pvsched_requeue(struct sched_entity *se) { }
static inline void pvsched_arrive(struct rq *rq, struct task_struct *p) { }

#endif /* CONFIG_KVM_PVSCHED */

#endif /* _LINUX_PVSCHED_SCHED_H */
