/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of pvsched's guest part that the base kernel calls, with stubs for
 * a kernel without it.
 */
#ifndef _LINUX_PVSCHED_GUEST_H
#define _LINUX_PVSCHED_GUEST_H

#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/smp.h>

#ifdef CONFIG_PVSCHED_GUEST

DECLARE_STATIC_KEY_FALSE(pvsched_csd_hook);
extern bool pvsched_csd_on;

void pvsched_guest_init(void);
void pvsched_lock_init(void);
void __pvsched_csd_wait(call_single_data_t *csd, int cpu);
void __pvsched_csd_wait_many(call_single_data_t __percpu *csd,
			     const struct cpumask *cpus);
void __pvsched_csd_lock(call_single_data_t *csd, int cpu);
void __pvsched_csd_lock_many(call_single_data_t *csd, int cpu);

/**
 * pvsched_csd_wait() - Yield while a call-function IPI is waited for.
 * @csd:	the call
 * @cpu:	the target CPU
 *
 * May return before the call is done; the base's own wait follows.
 *
 * Context: task; preemption off or, from 7.3 on, on.
 */
static __always_inline void pvsched_csd_wait(call_single_data_t *csd, int cpu)
{
	if (static_branch_unlikely(&pvsched_csd_hook) && READ_ONCE(pvsched_csd_on))
		__pvsched_csd_wait(csd, cpu);
}

/**
 * pvsched_csd_wait_many() - Yield while a call to many CPUs is waited for.
 * @csd:	the calls, per CPU
 * @cpus:	the target CPUs
 *
 * May return before the calls are done; the base's own wait follows.
 *
 * Context: task; preemption off or, from 7.3 on, on.
 */
static __always_inline void
pvsched_csd_wait_many(call_single_data_t __percpu *csd, const struct cpumask *cpus)
{
	if (static_branch_unlikely(&pvsched_csd_hook) && READ_ONCE(pvsched_csd_on))
		__pvsched_csd_wait_many(csd, cpus);
}

/**
 * pvsched_csd_lock() - Yield while the CPU's own csd is still in use.
 * @csd:	the csd, about to be locked for the next asynchronous call
 * @cpu:	the target CPU of that call
 *
 * Yields to the target of the call before. May return while the csd is in use; the
 * base's csd_lock() follows.
 *
 * Context: task, preemption off.
 */
static __always_inline void pvsched_csd_lock(call_single_data_t *csd, int cpu)
{
	if (static_branch_unlikely(&pvsched_csd_hook) && READ_ONCE(pvsched_csd_on))
		__pvsched_csd_lock(csd, cpu);
}

/**
 * pvsched_csd_lock_many() - Yield while the csd of one target is still in use.
 * @csd:	the csd, about to be locked for the next call
 * @cpu:	the only CPU that the csd is used for
 *
 * May return while the csd is in use; the base's csd_lock() follows.
 *
 * Context: preemption off.
 */
static __always_inline void pvsched_csd_lock_many(call_single_data_t *csd, int cpu)
{
	if (static_branch_unlikely(&pvsched_csd_hook) && READ_ONCE(pvsched_csd_on))
		__pvsched_csd_lock_many(csd, cpu);
}

#else

static inline void pvsched_guest_init(void) { }
static inline void pvsched_lock_init(void) { }
static inline void pvsched_csd_wait(call_single_data_t *csd, int cpu) { }
static inline void pvsched_csd_wait_many(call_single_data_t __percpu *csd,
					 const struct cpumask *cpus) { }
static inline void pvsched_csd_lock(call_single_data_t *csd, int cpu) { }
static inline void pvsched_csd_lock_many(call_single_data_t *csd, int cpu) { }

#endif /* CONFIG_PVSCHED_GUEST */

#endif /* _LINUX_PVSCHED_GUEST_H */
