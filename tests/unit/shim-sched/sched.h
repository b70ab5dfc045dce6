/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel/sched/sched.h in user space: as much of it as host/sched/capacity.c reads, for
 * few CPUs. A test fills it in. It comes in place of fair.h, which has queues that work.
 */
#ifndef _UNIT_SCHED_H
#define _UNIT_SCHED_H

#define _UNIT_FAIR_H

#include <linux/cpumask_types.h>
#include "kernel.h"

#ifndef UNIT_NO_GROUPS
#define CONFIG_FAIR_GROUP_SCHED
#define CONFIG_CFS_BANDWIDTH
#endif

#define UNIT_CPUS		4

#define RUNTIME_INF		(~0ull)
#define MAX_RT_PRIO		100
#define scale_load_down(w)	((w) >> 10)

#define max(a, b)		((a) > (b) ? (a) : (b))
#define div_u64(a, b)		((u64)(a) / (u32)(b))
#define div64_u64(a, b)		((u64)(a) / (u64)(b))
#define mul_u64_u64_div_u64(a, b, c)	((u64)((unsigned __int128)(a) * (b) / (c)))
#define ktime_to_ns(t)		(t)

/* What RCU protects is followed in its read-side section only. */
#define rcu_dereference(p)	({ unit_require(unit_rcu); (p); })
#define rcu_access_pointer(p)	(p)

#define cpu_rq(cpu)		(&unit_rq[cpu])
#define cpu_active_mask		(&unit_active)
#define cpumask_equal(a, b)	((a)->bits == (b)->bits)
#define for_each_cpu_and(cpu, a, b)					\
	for ((cpu) = 0; (cpu) < UNIT_CPUS; (cpu)++)			\
		if (((a)->bits & (b)->bits) >> (cpu) & 1)

#define cpumask_test_cpu(cpu, mask)	((mask)->bits >> (cpu) & 1)
#define __cpumask_set_cpu(cpu, mask)	((mask)->bits |= BIT(cpu))
#define __cpumask_clear_cpu(cpu, mask)	((mask)->bits &= ~BIT(cpu))


enum { TASK_ON_RQ_QUEUED = 1, TASK_ON_RQ_MIGRATING };

struct sched_class { int unused; };
struct root_domain { int unused; };
struct cpumask { unsigned long bits; };
struct load_weight { unsigned long weight; };

struct sched_avg { unsigned long util_avg, runnable_avg; };

struct sched_entity {
	struct sched_avg avg;
	struct load_weight load;
	unsigned char on_rq, sched_delayed;
	u64 sum_exec_runtime;
};

struct cfs_rq {
	struct sched_avg avg;
	struct load_weight load;
	unsigned int h_nr_runnable;
};

struct task_group {
	struct task_group *parent;
	struct cfs_rq *cfs_rq[UNIT_CPUS];
	struct sched_entity *se[UNIT_CPUS];
	unsigned long shares;
	struct {
		u64 quota, period;
		int nr_throttled;
	} cfs_bandwidth;
};

struct task_struct {
	const struct sched_class *sched_class;
	struct cpumask cpus_mask;
	struct task_group *sched_task_group;
	struct sched_entity se;
	int on_rq, prio;
};

struct rq {
	struct cfs_rq cfs;
	unsigned int nr_running;
	struct task_struct *curr;
	struct root_domain *rd;
	void *sd;
	unsigned long irq, rt, dl;
};

extern const struct sched_class fair_sched_class;
extern struct rq unit_rq[UNIT_CPUS];
extern struct cpumask unit_active;
extern bool unit_rcu;

static inline unsigned long cpu_util_irq(struct rq *rq) { return rq->irq; }
static inline unsigned long cpu_util_rt(struct rq *rq) { return rq->rt; }
static inline unsigned long cpu_util_dl(struct rq *rq) { return rq->dl; }

#endif /* _UNIT_SCHED_H */
