/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the scheduler does for the host part; built into the kernel itself.
 */
#ifndef _LINUX_PVSCHED_SCHED_H
#define _LINUX_PVSCHED_SCHED_H

#include <linux/types.h>

struct cfs_rq;
struct sched_entity;
struct task_struct;

#ifdef CONFIG_KVM_PVSCHED

/* A place in the queue of a CPU, in its virtual time. */
struct pvsched_place {
	int cpu;
	u64 vruntime;
	u64 deadline;
};

bool pvsched_run_next(struct task_struct *p);
bool pvsched_yield_to(struct task_struct *p);
bool pvsched_leave_to(struct task_struct *p);
bool pvsched_pull(struct task_struct *p);
bool pvsched_trade_in(struct task_struct *p, struct pvsched_place *place);
void pvsched_trade_out(struct task_struct *p, const struct pvsched_place *place);
unsigned int pvsched_waiting_here(void);
bool pvsched_may_borrow(struct cfs_rq *cfs_rq, struct sched_entity *se);
u64 pvsched_slice_of(struct sched_entity *se, u64 slice);

/* A switch, and tunables, of time in microseconds; the parameters are KVM's. */
extern bool pvsched_slice;
extern unsigned int pvsched_slice_us;
extern unsigned int pvsched_disturb_us;
extern unsigned int pvsched_disturb_burst;

#else

static inline bool pvsched_may_borrow(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	return false;
}

static inline u64 pvsched_slice_of(struct sched_entity *se, u64 slice)
{
	return slice;
}

#endif /* CONFIG_KVM_PVSCHED */

#endif /* _LINUX_PVSCHED_SCHED_H */
