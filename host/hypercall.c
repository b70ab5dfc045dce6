// SPDX-License-Identifier: GPL-2.0
/*
 * The yield hypercall: a guest names the vCPUs that hold up the caller, and
 * the host gives those of them that are runnable and off CPU a CPU.
 *
 * Decode turns the registers into a bitmap of APIC IDs, or refuses them.
 * Choose walks the bitmap once and keeps at most one target a CPU: a second
 * one named for the same CPU would only take the place of the first.
 * Carry out asks the other CPUs to run theirs, which costs the caller nothing,
 * and last gives the caller's own CPU to the one that waits there.
 *
 * A yield is advice. Whatever the guest asks for, the work is bounded by the
 * PVSCHED_YIELD_MAX_TARGETS bits it can set and the PVSCHED_MAX_REMOTE run
 * queues that one call may lock, and the scheduler's fairness decides what
 * comes of it.
 */
#include <linux/bitmap.h>
#include <linux/kvm_host.h>
#include <linux/log2.h>
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

static int pvsched_decode(struct pvsched_request *req, unsigned long lo,
			  unsigned long hi, unsigned long first,
			  unsigned long reason, int op_64_bit)
{
	if (first > U32_MAX)
		return -KVM_EINVAL;

	if (!is_power_of_2(reason) || (reason & ~PVSCHED_YIELD_REASONS))
		return -KVM_EINVAL;

	bitmap_zero(req->targets, PVSCHED_YIELD_MAX_TARGETS);
	if (op_64_bit) {
		req->targets[0] = lo;
		req->targets[1] = hi;
	} else {
		req->targets[0] = (u32)lo | (u64)(u32)hi << 32;
	}
	req->first = first;
	req->reason = reason;

	return 0;
}

/**
 * pvsched_queue_of() - The CPU in whose queue a vCPU waits.
 * @vcpu:	the vCPU
 *
 * Context: any.
 * Return: the CPU, or -1 before the vCPU's first run.
 */
int pvsched_queue_of(struct kvm_vcpu *vcpu)
{
	struct task_struct *task;
	int cpu = -1;

	rcu_read_lock();
	task = pid_task(rcu_dereference(vcpu->pid), PIDTYPE_PID);
	if (task)
		cpu = task_cpu(task);
	rcu_read_unlock();

	return cpu;
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

	pvsched_named(target);
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

static void pvsched_count(struct kvm_vcpu *caller, enum pvsched_verdict verdict)
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

static void pvsched_settle(struct kvm_vcpu *caller, u32 apic_id,
			   enum pvsched_verdict verdict)
{
	pvsched_count(caller, verdict);
	trace_pvsched_target(caller->vcpu_id, apic_id, verdict);
}

/*
 * Walk the targets from the one that follows the caller, so that callers who
 * name the same vCPUs do not all start with the same one.
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
			pvsched_settle(caller, apic_id, verdict);
	}
	rcu_read_unlock();

	return named;
}

static u32 pvsched_give(struct kvm_vcpu *caller, struct kvm_vcpu *target,
			bool local, bool stays)
{
	bool granted = false;

	if (!pvsched_drop_yield())
		granted = local || READ_ONCE(pvsched_boost) ?
			  pvsched_direct(caller, target, PVSCHED_HYPERCALL, stays) :
			  pvsched_with_task(target, pvsched_run_next);

	pvsched_settle(caller, target->vcpu_id,
		       granted ? PVSCHED_GRANTED : PVSCHED_SCHED);
	return granted;
}

/*
 * The caller's own CPU comes last: giving it away schedules. It goes to one who
 * waits for it, or, if there is none, to the last of those who wait elsewhere.
 */
static u32 pvsched_carry_out(struct kvm_vcpu *caller,
			     struct pvsched_choice *choice)
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

/* The caller does not know whom it waits for: choose as for one that spins. */
static u32 pvsched_give_to_anyone(struct kvm_vcpu *caller)
{
	u32 directed = 0;

	if (READ_ONCE(pvsched_boost) && !pvsched_drop_yield())
		directed = pvsched_boost_anyone(caller);

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
	int ret;

	if (!pvsched_advertised(vcpu, PVSCHED_FEATURE_YIELD))
		return -KVM_ENOSYS;

	ret = pvsched_decode(&req, a0, a1, a2, a3, op_64_bit);
	if (ret) {
		vcpu->stat.pvsched_yield_invalid++;
		return ret;
	}

	if (!READ_ONCE(pvsched_yield))
		return -KVM_EOPNOTSUPP;

	vcpu->stat.pvsched_yield_asked++;
	named = pvsched_walk(vcpu, &req, &choice);
	if (named)
		directed = pvsched_carry_out(vcpu, &choice);
	else
		directed = pvsched_give_to_anyone(vcpu);
	trace_pvsched_yield(vcpu->vcpu_id, req.reason, named, directed);

	return directed;
}
