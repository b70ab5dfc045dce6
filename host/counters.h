/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of the host part: members of struct kvm_vcpu_stat or kvm_vm_stat, and
 * entries of KVM's binary statistics. One list makes both, so that a counter that is
 * added here shows up in kvm_stat, in debugfs and in QEMU's query-stats.
 *
 * Of a VM:
 * capacity:		what the VM can have now, in 1/1024 CPU; 0: not published
 * capacity_changes:	how often that changed
 *
 * Of a vCPU:
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
 * halt_pulled:		siblings that a vCPU pulled here before it left its CPU idle
 * halt_directed:	siblings, of several that waited, to which a vCPU that halts
 *			directed its CPU
 * swapped:		targets that swapped positions with the caller
 *
 * What became of granted yields, each by the reason for it:
 * yield_stuck_*:	the target was the next vCPU on the CPU that it waited for,
 *			or ran earlier on another one
 * yield_ignored_*:	another vCPU was
 * yield_bounced_*:	the caller was back before the target had run
 *   hinted		an untargeted yield; a waiter had named the target
 *   interrupt		the target had an interrupt to take
 *   irqs_off		it had left with interrupts off
 *   queued		it has been spinning for longer than the caller
 *   kernel		it had left in kernel mode
 *   any		no reason to prefer this target
 *   hypercall		the target was named in a yield hypercall of pvsched
 *   base		the base chose the target
 *
 * fast_*:		exits handled before interrupts are enabled, by kind:
 *   icr		a write of the x2APIC's ICR
 *   self_ipi		a write of its SELF_IPI
 *   send_ipi		the hypercall KVM_HC_SEND_IPI
 *   deadline		a write of TSC_DEADLINE
 *   yield		KVM_HC_PVSCHED_YIELD with nothing to give
 *   sched_yield	the base's KVM_HC_SCHED_YIELD with nothing to give
 * fast_inject:		own interrupts injected after such an exit, in place
 * slow_*:		exits of these kinds that the base handles, by reason:
 *   debug		userspace or the guest single-steps the vCPU
 *   caller		not in ring 0, or in 32-bit mode with more than 32 bits
 *   apic		no APIC in the kernel, not in x2APIC mode, or APICv
 *   filter		userspace filters MSRs
 *   invalid		the guest may not do this, or its arguments are wrong
 *   mode		no fixed edge: NMI, INIT, lowest priority, level-triggered and so on
 *   bound		a broadcast, or more targets than one exit may have
 *   busy		the timer fires on another CPU
 *   waiting		a target of the yield waits for a CPU, or the host chooses one
 */
#ifndef _ASM_X86_KVM_PVSCHED_H
#define _ASM_X86_KVM_PVSCHED_H

#ifdef CONFIG_KVM_PVSCHED
#define PVSCHED_VM_STATS(X)		\
	X(capacity, ICOUNTER)		\
	X(capacity_changes, COUNTER)

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
	X(halt_pulled)			\
	X(halt_directed)		\
	X(swapped)			\
	X(yield_stuck_hinted)		\
	X(yield_stuck_interrupt)	\
	X(yield_stuck_irqs_off)		\
	X(yield_stuck_queued)		\
	X(yield_stuck_kernel)		\
	X(yield_stuck_any)		\
	X(yield_stuck_hypercall)	\
	X(yield_stuck_base)		\
	X(yield_ignored_hinted)		\
	X(yield_ignored_interrupt)	\
	X(yield_ignored_irqs_off)	\
	X(yield_ignored_queued)		\
	X(yield_ignored_kernel)		\
	X(yield_ignored_any)		\
	X(yield_ignored_hypercall)	\
	X(yield_ignored_base)		\
	X(yield_bounced_hinted)		\
	X(yield_bounced_interrupt)	\
	X(yield_bounced_irqs_off)	\
	X(yield_bounced_queued)		\
	X(yield_bounced_kernel)		\
	X(yield_bounced_any)		\
	X(yield_bounced_hypercall)	\
	X(yield_bounced_base)
#else
#define PVSCHED_VM_STATS(X)
#define PVSCHED_VCPU_STATS(X)
#endif

#define PVSCHED_STAT_FIELD(name, ...)		u64 pvsched_##name;
#define PVSCHED_STAT_DESC(name)			STATS_DESC_COUNTER(VCPU, pvsched_##name),
#define PVSCHED_VM_STAT_DESC(name, kind)	STATS_DESC_##kind(VM, pvsched_##name),

#endif /* _ASM_X86_KVM_PVSCHED_H */
