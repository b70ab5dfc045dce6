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

bool pvsched_run_next(struct task_struct *p);
bool pvsched_yield_to(struct task_struct *p);
bool pvsched_pull(struct task_struct *p);
bool pvsched_may_borrow(struct cfs_rq *cfs_rq, struct sched_entity *se);

#else

static inline bool pvsched_may_borrow(struct cfs_rq *cfs_rq, struct sched_entity *se)
{
	return false;
}

#endif /* CONFIG_KVM_PVSCHED */

#endif /* _LINUX_PVSCHED_SCHED_H */
