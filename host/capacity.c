// SPDX-License-Identifier: GPL-2.0
/*
 * What a VM can have, published in the steal-time records of its vCPUs.
 *
 * The number is the VM's. A vCPU about to enter the guest that finds it too old looks
 * again, and pays for that with its own time; so a VM that sleeps costs nothing. One
 * that finds it different from what its own record says asks for the record to be
 * written, which the base does before that entry.
 *
 * kernel/sched/pvsched/capacity.c has the look.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kvm_host.h>
#include <linux/sched/clock.h>

#include <asm/tsc.h>

#include "base.h"
#include "internal.h"
#include "trace.h"

/*
 * Four looks or so see a change within 10 to 20 ms. A vCPU that computes enters the guest
 * after each tick, of 4 ms in most kernels: leave it room to be due then.
 */
#define PVSCHED_LOOK_NS		(3 * NSEC_PER_MSEC)
#define PVSCHED_MAX_LOOK_NS	NSEC_PER_SEC

/*
 * A look takes about 100 ns for each CPU and each vCPU. Leave a thousand times as long to
 * the vCPUs that run.
 */
#define PVSCHED_LOOK_BUDGET_NS	(100 * NSEC_PER_USEC)

/* Where there is nothing to publish, see now and then whether there is. */
#define PVSCHED_NO_LOOK_NS	(100 * NSEC_PER_MSEC)

/* Bit of struct pvsched_kvm's @looking */
#define PVSCHED_LOOKING		0

static u64 pvsched_look_period_ns(const struct pvsched_census *census)
{
	u32 cpus = num_online_cpus(), running = clamp(census->runnable, 1u, cpus);
	u64 ns = (u64)(cpus + census->tasks) * PVSCHED_LOOK_BUDGET_NS / running;

	return clamp(ns, (u64)PVSCHED_LOOK_NS, (u64)PVSCHED_MAX_LOOK_NS);
}

static u64 pvsched_tsc_of(u64 ns)
{
	return mul_u64_u32_div(ns, tsc_khz, USEC_PER_SEC);
}

/* 0 if no vCPU has run. */
static u32 pvsched_look(struct kvm *kvm, struct pvsched_census *census)
{
	u32 vcpus = atomic_read(&kvm->online_vcpus);
	struct task_struct *task;
	struct kvm_vcpu *vcpu;
	unsigned long i;
	u32 number = 0;

	rcu_read_lock();
	kvm_for_each_vcpu(i, vcpu, kvm) {
		task = pvsched_find_task(vcpu);
		if (task)
			pvsched_census_add(census, task);
	}
	if (census->tasks)
		number = pvsched_capacity_look(&kvm->arch.pvsched.capacity, census, vcpus,
					       local_clock());
	rcu_read_unlock();

	return number;
}

static void pvsched_publish(struct kvm_vcpu *vcpu, u32 number)
{
	struct kvm *kvm = vcpu->kvm;
	struct pvsched_kvm *vm = &kvm->arch.pvsched;
	int reason = vm->capacity.reason;

	if (number == vm->number && reason == vm->reason)
		return;

	trace_pvsched_capacity(vcpu->vcpu_id, vm->number, number, reason);
	vm->reason = reason;
	if (number == vm->number)
		return;

	WRITE_ONCE(vm->number, number);
	kvm->stat.pvsched_capacity = number;
	kvm->stat.pvsched_capacity_changes++;
}

/* Look anew. Return how long to leave it at that, in nanoseconds. */
static u64 pvsched_look_again(struct kvm_vcpu *vcpu)
{
	struct pvsched_capacity *c = &vcpu->kvm->arch.pvsched.capacity;
	struct pvsched_census census = { };

	if (!READ_ONCE(pvsched_capacity) ||
	    !pvsched_advertised(vcpu, PVSCHED_FEATURE_CAPACITY)) {
		*c = (struct pvsched_capacity) { };
		pvsched_publish(vcpu, 0);
		return READ_ONCE(pvsched_capacity) ? PVSCHED_NO_LOOK_NS : PVSCHED_LOOK_NS;
	}

	pvsched_publish(vcpu, pvsched_look(vcpu->kvm, &census));
	return pvsched_look_period_ns(&census);
}

/* TSCs that are not in step make an entry ask too often, and this decide. */
static bool pvsched_look_is_due(struct pvsched_kvm *vm)
{
	return time_after_eq64(local_clock(), READ_ONCE(vm->look_at));
}

/* Others go on with the number that there is, also where this one is preempted. */
static void pvsched_look_if_due(struct kvm_vcpu *vcpu)
{
	struct pvsched_kvm *vm = &vcpu->kvm->arch.pvsched;
	u64 ns;

	if (!pvsched_look_is_due(vm) || test_and_set_bit_lock(PVSCHED_LOOKING, &vm->looking))
		return;

	if (pvsched_look_is_due(vm)) {
		ns = pvsched_look_again(vcpu);
		WRITE_ONCE(vm->look_at, local_clock() + ns);
		WRITE_ONCE(vm->period, pvsched_tsc_of(ns));
		WRITE_ONCE(vm->looked, rdtsc());
	}
	clear_bit_unlock(PVSCHED_LOOKING, &vm->looking);
}

/**
 * __pvsched_refresh() - Bring a vCPU's record up to date before an entry.
 * @vcpu:	the vCPU, whose number is old or not the VM's
 *
 * Context: the vCPU's thread, before the requests of an entry are served.
 */
void __pvsched_refresh(struct kvm_vcpu *vcpu)
{
	u32 number;

	pvsched_look_if_due(vcpu);

	number = READ_ONCE(vcpu->kvm->arch.pvsched.number);
	if (vcpu->arch.pvsched.told == number)
		return;

	vcpu->arch.pvsched.told = number;
	if (vcpu->arch.st.msr_val & KVM_MSR_ENABLED &&
	    pvsched_advertised(vcpu, PVSCHED_FEATURE_CAPACITY))
		kvm_make_request(KVM_REQ_STEAL_UPDATE, vcpu);
}
