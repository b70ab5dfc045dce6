// SPDX-License-Identifier: GPL-2.0
/*
 * The yield hypercall: a guest names the vCPUs that hold up the caller, and the
 * host gives those of them that are runnable and off CPU a CPU.
 *
 * Validate and decode turn the registers into a bitmap of APIC IDs, or refuse
 * them. Choose walks the bitmap once and keeps at most one target a CPU: a second
 * one for the same CPU would only take the place of the first. Give asks the other
 * CPUs to run their targets, which costs the caller nothing, and last gives the
 * caller's own CPU to the target that waits there; yield.c says how.
 *
 * A yield is advice. Whatever the guest asks for, the work is bounded by the
 * PVSCHED_YIELD_MAX_TARGETS bits of the bitmap and the PVSCHED_MAX_REMOTE run
 * queues that one call may lock, and the scheduler's fairness decides what comes
 * of it.
 */
#include <linux/bitmap.h>
#include <linux/kvm_host.h>
#include <linux/pvsched_sched.h>

#include "cpuid.h"
#include "internal.h"
#include "lapic.h"
#include "trace.h"

/* Run queues other than the caller's that one call may lock. */
#define PVSCHED_MAX_REMOTE	8

struct pvsched_request {
	DECLARE_BITMAP(targets, PVSCHED_YIELD_MAX_TARGETS);
	u32 first;
	u32 reason;
};

struct pvsched_choice {
	struct kvm_vcpu *local;
	struct kvm_vcpu *remote[PVSCHED_MAX_REMOTE];
	int cpu[PVSCHED_MAX_REMOTE];
	int nr_remote;
};

static void pvsched_decode(struct pvsched_request *req, unsigned long lo,
			   unsigned long hi, unsigned long first,
			   unsigned long reason, int op_64_bit)
{
	bitmap_zero(req->targets, PVSCHED_YIELD_MAX_TARGETS);
	if (op_64_bit) {
		req->targets[0] = lo;
		req->targets[1] = hi;
	} else {
		req->targets[0] = (u32)lo | (u64)(u32)hi << 32;
	}
	req->first = first;
	req->reason = reason;
}

static enum pvsched_verdict pvsched_choose_remote(struct pvsched_choice *choice,
						  struct kvm_vcpu *target, int cpu)
{
	int i;

	for (i = 0; i < choice->nr_remote; i++) {
		if (choice->cpu[i] == cpu)
			return PVSCHED_BOUND;
	}

	if (i == PVSCHED_MAX_REMOTE)
		return PVSCHED_BOUND;

	choice->cpu[i] = cpu;
	choice->remote[i] = target;
	choice->nr_remote++;

	return PVSCHED_GRANTED;
}

/* Keep @target if it is to get a CPU, or say why not. */
static enum pvsched_verdict pvsched_choose(struct pvsched_choice *choice,
					   struct kvm_vcpu *caller,
					   struct kvm_vcpu *target)
{
	int cpu;

	if (!target)
		return PVSCHED_ABSENT;

	if (target == caller)
		return PVSCHED_SELF;

	/* Pairs with the stores in kvm_sched_out() and kvm_vcpu_wake_up(). */
	if (!READ_ONCE(target->ready))
		return PVSCHED_IDLE;

	pvsched_hint(target);
	cpu = pvsched_queue_of(target);
	if (cpu < 0)
		return PVSCHED_IDLE;

	if (cpu != raw_smp_processor_id())
		return pvsched_choose_remote(choice, target, cpu);

	if (choice->local)
		return PVSCHED_BOUND;

	choice->local = target;
	return PVSCHED_GRANTED;
}

static void pvsched_count_verdict(struct kvm_vcpu *caller, enum pvsched_verdict verdict)
{
	struct kvm_vcpu_stat *stat = &caller->stat;

	switch (verdict) {
	case PVSCHED_GRANTED:
		stat->pvsched_yield_directed++;
		break;
	case PVSCHED_SELF:
		stat->pvsched_yield_refused_self++;
		break;
	case PVSCHED_ABSENT:
		stat->pvsched_yield_refused_absent++;
		break;
	case PVSCHED_IDLE:
		stat->pvsched_yield_refused_idle++;
		break;
	case PVSCHED_BOUND:
		stat->pvsched_yield_refused_bound++;
		break;
	case PVSCHED_SCHED:
		stat->pvsched_yield_refused_sched++;
		break;
	}
}

static void pvsched_report(struct kvm_vcpu *caller, u32 apic_id,
			   enum pvsched_verdict verdict)
{
	pvsched_count_verdict(caller, verdict);
	trace_pvsched_target(caller->vcpu_id, apic_id, verdict);
}

/*
 * Walk the targets from the one that follows the caller, so that callers that name
 * the same vCPUs do not all start with the same one.
 */
static u32 pvsched_walk(struct kvm_vcpu *caller, struct pvsched_request *req,
			struct pvsched_choice *choice)
{
	u32 self = caller->vcpu_id;
	enum pvsched_verdict verdict;
	struct kvm_apic_map *map;
	unsigned long i, start;
	u64 apic_id;
	u32 named = 0;

	start = self - req->first < PVSCHED_YIELD_MAX_TARGETS ? self - req->first : 0;

	rcu_read_lock();
	map = rcu_dereference(caller->kvm->arch.apic_map);
	for_each_set_bit_wrap(i, req->targets, PVSCHED_YIELD_MAX_TARGETS, start) {
		named++;
		apic_id = (u64)req->first + i;
		verdict = pvsched_choose(choice, caller, map ? pvsched_lookup(map, apic_id) : NULL);
		if (verdict != PVSCHED_GRANTED)
			pvsched_report(caller, apic_id, verdict);
	}
	rcu_read_unlock();

	return named;
}

static u32 pvsched_give(struct kvm_vcpu *caller, struct kvm_vcpu *target,
			bool local, bool keep_cpu)
{
	bool granted = false;

	if (!pvsched_drop_yield())
		granted = local || READ_ONCE(pvsched_boost) ?
			  pvsched_direct(caller, target, PVSCHED_HYPERCALL, keep_cpu) :
			  pvsched_with_task(target, pvsched_set_next);

	pvsched_report(caller, target->vcpu_id,
		       granted ? PVSCHED_GRANTED : PVSCHED_SCHED);
	return granted;
}

/*
 * The caller's own CPU comes last: giving it away schedules. It goes to the target
 * that waits for it, or, if there is none, to the last one that waits elsewhere.
 */
static u32 pvsched_give_all(struct kvm_vcpu *caller, struct pvsched_choice *choice)
{
	u32 directed = 0;
	int i;

	for (i = 0; i < choice->nr_remote; i++)
		directed += pvsched_give(caller, choice->remote[i], false,
					 choice->local || i + 1 < choice->nr_remote);

	if (choice->local)
		directed += pvsched_give(caller, choice->local, true, false);

	return directed;
}

/* The caller does not know what it waits for: choose as for one that spins. */
static u32 pvsched_give_untargeted(struct kvm_vcpu *caller)
{
	u32 directed = 0;

	if (READ_ONCE(pvsched_boost) && !pvsched_drop_yield())
		directed = pvsched_boost_untargeted(caller);

	caller->stat.pvsched_yield_directed += directed;
	return directed;
}

/**
 * pvsched_hc_yield() - Answer KVM_HC_PVSCHED_YIELD.
 * @vcpu:	the calling vCPU
 * @a0:		RBX, targets, low half
 * @a1:		RCX, targets, high half
 * @a2:		RDX, lowest APIC ID
 * @a3:		RSI, why
 * @op_64_bit:	the caller runs in 64-bit mode
 *
 * Context: the vCPU's thread, IRQs on; may schedule.
 * Return: how many targets were given a CPU, or an error of abi/pvsched.h.
 */
long pvsched_hc_yield(struct kvm_vcpu *vcpu, unsigned long a0, unsigned long a1,
		      unsigned long a2, unsigned long a3, int op_64_bit)
{
	struct pvsched_choice choice = { };
	struct pvsched_request req;
	u32 named, directed;

	if (!pvsched_advertised(vcpu, PVSCHED_FEATURE_YIELD))
		return -KVM_ENOSYS;

	if (pvsched_yield_is_invalid(a2, a3)) {
		vcpu->stat.pvsched_yield_invalid++;
		return -KVM_EINVAL;
	}

	if (!READ_ONCE(pvsched_yield))
		return -KVM_EOPNOTSUPP;

	pvsched_decode(&req, a0, a1, a2, a3, op_64_bit);
	vcpu->stat.pvsched_yield_asked++;
	named = pvsched_walk(vcpu, &req, &choice);
	if (named)
		directed = pvsched_give_all(vcpu, &choice);
	else
		directed = pvsched_give_untargeted(vcpu);
	trace_pvsched_yield(vcpu->vcpu_id, req.reason, named, directed);

	return directed;
}
