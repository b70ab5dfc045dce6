/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where base kernels differ, for the guest part. A base is named by its version; what is
 * here for the older one goes when that does.
 */
#ifndef __PVSCHED_BASE_H
#define __PVSCHED_BASE_H

#include <linux/cpumask.h>
#include <linux/stop_machine.h>
#include <linux/version.h>
#include <asm/paravirt.h>

#if LINUX_VERSION_MAJOR >= 7

#include <linux/sched/cputime.h>	/* paravirt_steal_clock() */
#include <linux/static_call.h>
#include <asm/qspinlock.h>

/* The two functions of the lock are static calls. */
#define pvsched_install_lock(slowpath, unlock) do {			\
	static_call_update(queued_spin_lock_slowpath, slowpath);	\
	static_call_update(queued_spin_unlock, unlock);			\
} while (0)

#define pvsched_current_on(cpu)		READ_ONCE(per_cpu(current_task, cpu))

/*
 * Have the stopper of a CPU call a function, with preemption off. The base warns where there is
 * no stopper; an active CPU has one.
 */
static inline bool pvsched_stop_cpu(int cpu, cpu_stop_fn_t fn, struct cpu_stop_work *work)
{
	if (!cpu_active(cpu))
		return false;

	stop_one_cpu_nowait(cpu, fn, NULL, work);
	return true;
}

#else /* 6.12 */

/* The two functions of the lock are in the table of paravirtual operations. */
#define pvsched_install_lock(slowpath, unlock) do {			\
	pv_ops.lock.queued_spin_lock_slowpath = (slowpath);		\
	pv_ops.lock.queued_spin_unlock = __PV_IS_CALLEE_SAVE(unlock);	\
} while (0)

#define pvsched_current_on(cpu)						\
	READ_ONCE(per_cpu_ptr(&pcpu_hot, cpu)->current_task)

static inline bool pvsched_stop_cpu(int cpu, cpu_stop_fn_t fn, struct cpu_stop_work *work)
{
	return stop_one_cpu_nowait(cpu, fn, NULL, work);
}

#endif

#endif /* __PVSCHED_BASE_H */
