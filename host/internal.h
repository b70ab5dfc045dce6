/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the host part share among themselves. Calls go one way:
 *
 *	hypercall -> boost -> yield -> outcome -> vcpu
 *
 * and each file may call those to the right of it. inject calls fastpath, and both
 * none of the others, as does capacity; params, fault and trace are called and call
 * nothing.
 */
#ifndef __KVM_X86_PVSCHED_INTERNAL_H
#define __KVM_X86_PVSCHED_INTERNAL_H

#include <linux/log2.h>
#include <linux/nospec.h>

#include "lapic.h"
#include "pvsched.h"

/* params.c: switches that pvsched.h does not declare */
extern bool pvsched_yield;
extern bool pvsched_off_cpu;
extern bool pvsched_boost;
extern bool pvsched_swap;
extern bool pvsched_capacity;
extern bool pvsched_fast_yield;

/* Why a vCPU gets a CPU, see counters.h; a lower one is a better reason. */
enum pvsched_reason {
	PVSCHED_HINTED,
	PVSCHED_INTERRUPT,
	PVSCHED_IRQS_OFF,
	PVSCHED_AHEAD,			/* counted as "queued" */
	PVSCHED_KERNEL,
	PVSCHED_ANY,
	PVSCHED_HYPERCALL,
	PVSCHED_BASE,
	PVSCHED_BEHIND,
	PVSCHED_NONE,
};

/* What became of a granted yield. */
enum pvsched_outcome {
	PVSCHED_STUCK,
	PVSCHED_IGNORED,
	PVSCHED_BOUNCED,
};

/* What became of a vCPU that a yield named; also shown by the tracepoint. */
enum pvsched_verdict {
	PVSCHED_GRANTED,
	PVSCHED_SELF,
	PVSCHED_ABSENT,
	PVSCHED_IDLE,
	PVSCHED_BOUND,
	PVSCHED_SCHED,
};

/* Kinds of exits that are handled before interrupts are enabled. */
enum pvsched_fast_kind {
	PVSCHED_FAST_ICR,
	PVSCHED_FAST_SELF_IPI,
	PVSCHED_FAST_SEND_IPI,
	PVSCHED_FAST_DEADLINE,
	PVSCHED_FAST_YIELD,
	PVSCHED_FAST_SCHED_YIELD,
	PVSCHED_FAST_INJECT,		/* no exit of its own: what comes of one */
};

/* Why the base handles such an exit; also shown by the tracepoint. */
enum pvsched_fast_result {
	PVSCHED_HANDLED,
	PVSCHED_SLOW_DEBUG,
	PVSCHED_SLOW_CALLER,
	PVSCHED_SLOW_APIC,
	PVSCHED_SLOW_FILTER,
	PVSCHED_SLOW_INVALID,
	PVSCHED_SLOW_MODE,
	PVSCHED_SLOW_BOUND,
	PVSCHED_SLOW_BUSY,
	PVSCHED_SLOW_WAITING,
};

/**
 * pvsched_advertised() - Did the VMM offer a feature to this guest?
 * @vcpu:	the calling vCPU
 * @feature:	PVSCHED_FEATURE_*, a bit number
 *
 * Stricter than guest_pv_has(): that tolerates guests from before CPUID was
 * enforced, of which pvsched has none.
 */
static inline bool pvsched_advertised(struct kvm_vcpu *vcpu, u32 feature)
{
	return vcpu->arch.pv_cpuid.features & BIT(feature);
}

/**
 * pvsched_yield_is_invalid() - Check the arguments of the yield hypercall.
 * @first:	RDX, the lowest APIC ID
 * @reason:	RSI, why
 *
 * The bitmap of targets may hold anything.
 *
 * Context: any.
 * Return: true if the guest is to get -KVM_EINVAL.
 */
static __always_inline bool pvsched_yield_is_invalid(unsigned long first, unsigned long reason)
{
	return first > U32_MAX || !is_power_of_2(reason) || (reason & ~PVSCHED_YIELD_REASONS);
}

/**
 * pvsched_lookup() - The vCPU with an APIC ID.
 * @map:	the VM's table
 * @apic_id:	an ID that the guest chose
 *
 * Context: RCU, or IRQs off.
 * Return: the vCPU, or NULL if there is none.
 */
static __always_inline struct kvm_vcpu *pvsched_lookup(struct kvm_apic_map *map, u64 apic_id)
{
	struct kvm_lapic *apic;

	if (apic_id > map->max_apic_id)
		return NULL;

	apic_id = array_index_nospec(apic_id, (u64)map->max_apic_id + 1);
	apic = map->phys_map[apic_id];

	return apic ? apic->vcpu : NULL;
}

/**
 * pvsched_is_at_rest() - Is nothing of a vCPU half updated, where it is scheduled out?
 * @vcpu:	the vCPU
 *
 * Context: scheduled out, preemption off.
 * Return: true if its registers may be read and guest memory may be written.
 */
static inline bool pvsched_is_at_rest(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.at_instruction_boundary || READ_ONCE(vcpu->arch.pvsched.at_rest);
}

/* boost.c */
u32 pvsched_boost_untargeted(struct kvm_vcpu *me);

/* yield.c */
bool pvsched_direct(struct kvm_vcpu *me, struct kvm_vcpu *target, enum pvsched_reason reason,
		    bool keep_cpu);

/* outcome.c */
bool pvsched_yield_begins(struct kvm_vcpu *me, struct kvm_vcpu *target,
			  enum pvsched_reason reason);
void pvsched_yield_ends(struct kvm_vcpu *me, struct kvm_vcpu *target, bool granted,
			bool leaves_cpu);
void pvsched_outcome_init(void);
void pvsched_outcome_exit(void);

/* vcpu.c */
int pvsched_queue_of(struct kvm_vcpu *vcpu);
struct task_struct *pvsched_task_of(struct kvm_vcpu *vcpu);
bool pvsched_with_task(struct kvm_vcpu *vcpu, bool (*act)(struct task_struct *task));
void pvsched_note_spin(struct kvm_vcpu *vcpu);

/* fastpath.c */
bool pvsched_post_self(struct kvm_vcpu *vcpu, u32 vector);

/* fault.c */
#ifdef CONFIG_FAULT_INJECTION
bool pvsched_drop_yield(void);
void pvsched_fault_init(void);
void pvsched_fault_exit(void);
#else
static inline bool pvsched_drop_yield(void) { return false; }
static inline void pvsched_fault_init(void) { }
static inline void pvsched_fault_exit(void) { }
#endif

#endif /* __KVM_X86_PVSCHED_INTERNAL_H */
