/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the base kernel calls in the guest part of pvsched, with stubs for a
 * kernel without it.
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

/**
 * pvsched_csd_wait() - Help along a call-function IPI that is waited for.
 * @csd:	the call
 * @cpu:	the CPU it was sent to
 *
 * May return before the call is done: the base's own wait follows.
 *
 * Context: preemption off.
 */
static __always_inline void pvsched_csd_wait(call_single_data_t *csd, int cpu)
{
	if (static_branch_unlikely(&pvsched_csd_hook) && READ_ONCE(pvsched_csd_on))
		__pvsched_csd_wait(csd, cpu);
}

/**
 * pvsched_csd_wait_many() - The same for a call to many CPUs.
 * @csd:	the calls, per CPU
 * @cpus:	the CPUs they were sent to
 *
 * Context: preemption off.
 */
static __always_inline void
pvsched_csd_wait_many(call_single_data_t __percpu *csd, const struct cpumask *cpus)
{
	if (static_branch_unlikely(&pvsched_csd_hook) && READ_ONCE(pvsched_csd_on))
		__pvsched_csd_wait_many(csd, cpus);
}

#else

static inline void pvsched_guest_init(void) { }
static inline void pvsched_lock_init(void) { }
static inline void pvsched_csd_wait(call_single_data_t *csd, int cpu) { }
static inline void pvsched_csd_wait_many(call_single_data_t __percpu *csd,
					 const struct cpumask *cpus) { }

#endif /* CONFIG_PVSCHED_GUEST */

#endif /* _LINUX_PVSCHED_GUEST_H */
