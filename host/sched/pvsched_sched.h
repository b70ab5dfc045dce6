/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the scheduler does for the host part; built into the kernel itself.
 */
#ifndef _LINUX_PVSCHED_SCHED_H
#define _LINUX_PVSCHED_SCHED_H

#include <linux/cpumask_types.h>
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
 * struct pvsched_look - What one look at a VM found
 * @now:	when, in nanoseconds
 * @ran:	CPU time of its vCPUs until now, in nanoseconds
 * @alone:	what the VM could have without strangers: its CPUs, within quotas, in
 *		1/1024 CPU
 * @share:	what its group has by weight and quota, likewise
 * @vcpus:	its vCPUs
 * @runnable:	those that run or wait for a CPU
 * @foreign:	other tasks in its group that do, and did at the look before
 * @is_known:	@alone, @share and @foreign mean something: one set of CPUs is for all vCPUs,
 *		which the load balancer and the fair class spread over them
 * @met:	strangers were there
 * @is_stacked:	some of them share a CPU
 * @is_idle:	a CPU that the VM may use is idle
 */
struct pvsched_look {
	u64 now;
	u64 ran;
	u32 alone;
	u32 share;
	u32 vcpus;
	u32 runnable;
	u32 foreign;
	bool is_known;
	bool met;
	bool is_stacked;
	bool is_idle;
};

/**
 * struct pvsched_mean - The mean of what was seen
 * @value:	the mean, in 1/65536 CPU
 * @deviation:	how much looks deviate from it, likewise
 * @off:	looks in a row that deviate by far more
 * @off_up:	those are above the mean
 * @looks:	how many it is of, since the last step
 */
struct pvsched_mean {
	u32 value;
	u32 deviation;
	u8 off;
	bool off_up;
	u8 looks;
};

/**
 * struct pvsched_settle - Whether a VM has been busy beside the same strangers for long
 * @since:	when that began, in nanoseconds
 * @last:	when the last look was
 * @looks:	looks since it began
 * @wanted:	those at which the VM wanted its share
 * @is_done:	it has
 */
struct pvsched_settle {
	u64 since;
	u64 last;
	u32 looks;
	u32 wanted;
	bool is_done;
};

/**
 * struct pvsched_promise - Whether a VM gets the CPUs that it was told of
 * @since:	when the check began, in nanoseconds
 * @ran_before:	CPU time of its vCPUs by then
 * @looks:	looks since
 * @met:	those that met strangers
 * @runnable:	sum of the vCPUs that were runnable
 * @number:	what the VM was told
 * @broken:	checks in a row that found it broken
 * @hold:	for how long no promise is made, once broken, in nanoseconds
 * @until:	no promise is made until then
 */
struct pvsched_promise {
	u64 since;
	u64 ran_before;
	u32 looks;
	u32 met;
	u64 runnable;
	u32 number;
	u32 broken;
	u64 hold;
	u64 until;
};

/* Why a VM's number is what it is; also shown by the tracepoint. */
enum pvsched_capacity_reason {
	PVSCHED_CAPACITY_OFF,		/* none: switched off, all zero */
	PVSCHED_CAPACITY_SHARE,		/* its share by weight and quota */
	PVSCHED_CAPACITY_CPUS,		/* its CPUs: not beside its strangers for long */
	PVSCHED_CAPACITY_VOTES,		/* all: its vCPUs compete one by one */
	PVSCHED_CAPACITY_BROKEN,	/* all: with fewer it got less */
	PVSCHED_CAPACITY_UNLIKE,	/* all: its vCPUs are not alike */
};

/**
 * struct pvsched_capacity - What is known of what a VM can have
 * @number:	that, in 1/1024 CPU
 * @by_weight:	what it would be if vCPUs were not votes
 * @alone:	what it would be without strangers
 * @mean:	the mean share
 * @mean_alone:	the mean of what there is without strangers
 * @settle:	is it time for @by_weight?
 * @promise:	does the VM get as much?
 * @votes:	how much was seen of strangers in its group
 * @is_voting:	that is enough for vCPUs to be votes
 * @stacks:	looks in a row that found strangers sharing a CPU beside an idle one
 * @stacks_hold: for how long strangers count as kept to their CPUs, in nanoseconds
 * @stacks_until: they do until then
 * @reason:	enum pvsched_capacity_reason
 * @foreign:	tasks that the last look found in the VM's group beside its vCPUs
 * @share:	the share found last on each level in 1/2^20 CPU, from that of the VM up
 * @seen:	CPUs on which the last look found strangers outside of the VM's group
 * @stayed:	those of them on which the one before did as well
 */
struct pvsched_capacity {
	u32 number;
	u32 by_weight;
	u32 alone;
	struct pvsched_mean mean;
	struct pvsched_mean mean_alone;
	struct pvsched_settle settle;
	struct pvsched_promise promise;
	u8 votes;
	bool is_voting;
	u8 stacks;
	u64 stacks_hold;
	u64 stacks_until;
	u8 reason;
	u32 foreign;
	u64 share[PVSCHED_LEVELS];
	cpumask_t seen;
	cpumask_t stayed;
};

/**
 * struct pvsched_census - A count of a VM's vCPUs
 * @first:	a vCPU's task
 * @group:	the smallest group that holds all of them
 * @leaf:	the group of the last one
 * @ran:	CPU time of all, in nanoseconds
 * @tasks:	vCPUs that have run
 * @runnable:	those that run or wait for a CPU
 * @differ:	they may not use the same CPUs, are not of the fair class, or have
 *		quotas of their own
 */
struct pvsched_census {
	struct task_struct *first;
	struct task_group *group;
	struct task_group *leaf;
	u64 ran;
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
