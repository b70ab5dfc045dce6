/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of the host part, as members of struct kvm_vcpu_stat and entries
 * of KVM's binary statistics. One list makes both, so that a counter that is
 * added here shows up in kvm_stat, in debugfs and in QEMU's query-stats.
 *
 * yield_asked:		yield hypercalls with valid arguments
 * yield_directed:	targets that were given a CPU
 * yield_invalid:	yield hypercalls refused for their arguments
 * yield_refused_*:	targets that were named and not given a CPU:
 *   self		the caller itself
 *   absent		no vCPU has this APIC ID
 *   idle		the vCPU runs, or sleeps with nothing to do
 *   bound		the call had served as many targets as one call may
 *   sched		the scheduler declined, or the yield was dropped on purpose
 *
 * fetched:		siblings brought here by a vCPU that left its CPU idle
 * handed:		siblings to which a vCPU that halts left its CPU, of several
 * traded:		targets that changed places with the caller
 *
 * What became of granted yields, each by the reason for it:
 * stuck_*:		the target was the next vCPU on the CPU it waited for, or
 *			ran earlier on another one
 * ignored_*:		another vCPU was
 * bounced_*:		the caller was back before the target had run
 *   named		a pause-loop exit; a waiter had named the target
 *   interrupt		the target had an interrupt to take
 *   irqs_off		it had left with interrupts off
 *   queued		it has been spinning for longer than the caller
 *   kernel		it had left in kernel mode
 *   any		it was anybody
 *   hypercall		the target was named in a yield hypercall of pvsched
 *   base		the base chose the target
 *
 * fast_*:		exits answered before interrupts are enabled, by kind:
 *   icr		a write of the x2APIC's ICR
 *   self_ipi		a write of its SELF_IPI
 *   send_ipi		the hypercall KVM_HC_SEND_IPI
 *   deadline		a write of TSC_DEADLINE
 *   yield		KVM_HC_PVSCHED_YIELD with nothing to give
 *   sched_yield	the base's KVM_HC_SCHED_YIELD with nothing to give
 * fast_inject:		own interrupts injected after such an exit, in place
 * slow_*:		exits of these kinds left to the base, by reason:
 *   debug		userspace or the guest single-steps it
 *   caller		not in ring 0, or in 32-bit mode with more than 32 bits
 *   apic		no APIC in the kernel, not in x2APIC mode, or APICv
 *   filter		userspace filters MSRs
 *   invalid		the guest may not do this, or got its arguments wrong
 *   mode		no fixed interrupt: NMI, INIT, lowest priority and so on
 *   bound		a broadcast, or more targets than one exit may have
 *   busy		the timer fires on another CPU
 *   waiting		a target of the yield waits for a CPU
 */
#ifndef _ASM_X86_KVM_PVSCHED_H
#define _ASM_X86_KVM_PVSCHED_H

#include <linux/pvsched_sched.h>
#include <linux/types.h>

struct kvm_vcpu;

#ifdef CONFIG_KVM_PVSCHED
#define PVSCHED_VCPU_STATS(X)		\
	X(yield_asked)			\
	X(yield_directed)		\
	X(yield_invalid)		\
	X(yield_refused_self)		\
	X(yield_refused_absent)		\
	X(yield_refused_idle)		\
	X(yield_refused_bound)		\
	X(yield_refused_sched)		\
	X(fast_icr)			\
	X(fast_self_ipi)		\
	X(fast_send_ipi)		\
	X(fast_deadline)		\
	X(fast_yield)			\
	X(fast_sched_yield)		\
	X(fast_inject)			\
	X(slow_debug)			\
	X(slow_caller)			\
	X(slow_apic)			\
	X(slow_filter)			\
	X(slow_invalid)			\
	X(slow_mode)			\
	X(slow_bound)			\
	X(slow_busy)			\
	X(slow_waiting)			\
	X(fetched)			\
	X(handed)			\
	X(traded)			\
	X(yield_stuck_named)		\
	X(yield_stuck_interrupt)	\
	X(yield_stuck_irqs_off)		\
	X(yield_stuck_queued)		\
	X(yield_stuck_kernel)		\
	X(yield_stuck_any)		\
	X(yield_stuck_hypercall)	\
	X(yield_stuck_base)		\
	X(yield_ignored_named)		\
	X(yield_ignored_interrupt)	\
	X(yield_ignored_irqs_off)	\
	X(yield_ignored_queued)		\
	X(yield_ignored_kernel)		\
	X(yield_ignored_any)		\
	X(yield_ignored_hypercall)	\
	X(yield_ignored_base)		\
	X(yield_bounced_named)		\
	X(yield_bounced_interrupt)	\
	X(yield_bounced_irqs_off)	\
	X(yield_bounced_queued)		\
	X(yield_bounced_kernel)		\
	X(yield_bounced_any)		\
	X(yield_bounced_hypercall)	\
	X(yield_bounced_base)

/*
 * What is known of one vCPU. Others read it, and whoever yields to the vCPU
 * writes some of it, without a lock: the worst that comes of it is a
 * candidate chosen too early or too late, or an outcome not counted.
 *
 * @runs:		times it got a CPU
 * @named:		a waiter named it, and it did not run since
 * @irqs_off:		it was preempted with interrupts off
 * @spinning:		it was preempted in the loop of its last pause-loop exit
 * @spin_rip:		where that was
 * @spin_exits:		its exits of any kind by then
 * @spin_since:		when it was first seen in that loop
 * @passed:		times it was passed over as a candidate
 * @boost_reason:	why it was chosen last
 * @boosted_at:		and when
 * @granted:		why it was yielded to, plus one; 0 once the outcome is known
 * @granted_cpu:	the CPU in whose queue it waited then
 * @granted_loads:	and how many vCPUs had got that CPU by then
 * @granted_at:		first yield to it since it last ran, or 0
 * @yielding_to:	the target of its own yield, until the outcome is known
 * @yielding_runs:	that target's @runs at the time
 * @yielding_why:	the reason for it, plus one; 0 for the base's own
 * @stays:		its yields do not give its CPU away now
 * @displaced:		who gave it its CPU and is to wait elsewhere, or NULL
 * @place:		where that is
 */
struct pvsched_vcpu {
	u64 runs;
	bool named;
	bool irqs_off;
	bool spinning;
	unsigned long spin_rip;
	u64 spin_exits;
	u64 spin_since;
	u8 passed;
	u8 boost_reason;
	u64 boosted_at;
	unsigned int granted;
	int granted_cpu;
	u64 granted_loads;
	u64 granted_at;
	struct kvm_vcpu *yielding_to;
	u64 yielding_runs;
	u8 yielding_why;
	bool stays;
	struct kvm_vcpu *displaced;
	struct pvsched_place place;
};
#else
#define PVSCHED_VCPU_STATS(X)
struct pvsched_vcpu { };
#endif

#define PVSCHED_STAT_FIELD(name)	u64 pvsched_##name;
#define PVSCHED_STAT_DESC(name)		STATS_DESC_COUNTER(VCPU, pvsched_##name),

#endif /* _ASM_X86_KVM_PVSCHED_H */
