/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the host part share among themselves.
 */
#ifndef __KVM_X86_PVSCHED_INTERNAL_H
#define __KVM_X86_PVSCHED_INTERNAL_H

#include <linux/nospec.h>
#include <linux/pid.h>
#include <linux/sched/task.h>

#include "lapic.h"
#include "pvsched.h"

/* Switches, see the parameters in pvsched.c. */
extern bool pvsched_yield;
extern bool pvsched_boost;
extern bool pvsched_trade;

/* Why a vCPU gets a CPU, see stats.h; a lower one is a better reason. */
enum pvsched_reason {
	PVSCHED_NAMED,
	PVSCHED_INTERRUPT,
	PVSCHED_IRQS_OFF,
	PVSCHED_QUEUED,
	PVSCHED_KERNEL,
	PVSCHED_ANY,
	PVSCHED_HYPERCALL,
	PVSCHED_BASE,
	PVSCHED_BEHIND,
	PVSCHED_NOBODY,
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

/* Kinds of exits that are answered before interrupts are enabled. */
enum pvsched_fast_kind {
	PVSCHED_FAST_ICR,
	PVSCHED_FAST_SELF_IPI,
	PVSCHED_FAST_SEND_IPI,
	PVSCHED_FAST_DEADLINE,
	PVSCHED_FAST_YIELD,
	PVSCHED_FAST_SCHED_YIELD,
	PVSCHED_FAST_INJECT,		/* no exit of its own: what comes of one */
};

/* Why such an exit was left to the base; also shown by the tracepoint. */
enum pvsched_left {
	PVSCHED_TAKEN,
	PVSCHED_LEFT_DEBUG,
	PVSCHED_LEFT_CALLER,
	PVSCHED_LEFT_APIC,
	PVSCHED_LEFT_FILTER,
	PVSCHED_LEFT_INVALID,
	PVSCHED_LEFT_MODE,
	PVSCHED_LEFT_BOUND,
	PVSCHED_LEFT_BUSY,
	PVSCHED_LEFT_WAITING,
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
 * pvsched_task_of() - A vCPU's task.
 * @vcpu:	the vCPU
 *
 * Context: any.
 * Return: the task with a reference held, or NULL before the vCPU's first run.
 */
static inline struct task_struct *pvsched_task_of(struct kvm_vcpu *vcpu)
{
	struct task_struct *task;

	rcu_read_lock();
	task = get_pid_task(rcu_dereference(vcpu->pid), PIDTYPE_PID);
	rcu_read_unlock();

	return task;
}

/**
 * pvsched_with_task() - Do something to a vCPU's task, if it has one.
 * @vcpu:	the vCPU
 * @act:	what to do; is called with a reference held
 *
 * Context: as @act needs it.
 * Return: what @act returned, false before the vCPU's first run.
 */
static inline bool pvsched_with_task(struct kvm_vcpu *vcpu,
				     bool (*act)(struct task_struct *task))
{
	struct task_struct *task = pvsched_task_of(vcpu);
	bool done;

	if (!task)
		return false;

	done = act(task);
	put_task_struct(task);

	return done;
}

int pvsched_queue_of(struct kvm_vcpu *vcpu);
bool pvsched_direct(struct kvm_vcpu *me, struct kvm_vcpu *target, enum pvsched_reason reason,
		    bool stays);
u32 pvsched_boost_anyone(struct kvm_vcpu *me);
void pvsched_send_displaced(struct kvm_vcpu *vcpu);

bool pvsched_yield_begins(struct kvm_vcpu *me, struct kvm_vcpu *target);
void pvsched_yield_ends(struct kvm_vcpu *me, struct kvm_vcpu *target, bool granted, bool left);
void pvsched_stats_init(void);
void pvsched_stats_exit(void);

#ifdef CONFIG_FAULT_INJECTION
bool pvsched_drop_yield(void);
#else
static inline bool pvsched_drop_yield(void) { return false; }
#endif

#endif /* __KVM_X86_PVSCHED_INTERNAL_H */
