// SPDX-License-Identifier: GPL-2.0
/*
 * What the host part offers to guests, the value that reports a vCPU off CPU,
 * and what happens once when kvm.ko loads and unloads.
 */
#include <linux/sched/stat.h>

#include "internal.h"

/**
 * pvsched_cpuid_features() - Features to offer in KVM_CPUID_FEATURES.EAX.
 *
 * Context: any.
 * Return: bits to set.
 */
u32 pvsched_cpuid_features(void)
{
	u32 features = 0;

	if (READ_ONCE(pvsched_yield))
		features |= BIT(PVSCHED_FEATURE_YIELD);

	/* These two travel in the steal-time record. */
	if (READ_ONCE(pvsched_off_cpu) && sched_info_on())
		features |= BIT(PVSCHED_FEATURE_OFF_CPU);

	if (READ_ONCE(pvsched_capacity) && sched_info_on())
		features |= BIT(PVSCHED_FEATURE_CAPACITY);

	return features;
}

/**
 * pvsched_off_cpu_state() - What to report of a vCPU preempted inside an exit.
 * @vcpu:	a vCPU that is scheduled out, runnable, and not at an
 *		instruction boundary
 *
 * The report writes to guest memory and marks it dirty: not where the steal-time
 * record's cache or the dirty ring may be half updated. A vCPU that halts is about
 * to sleep, and one that sleeps must not read as off CPU.
 *
 * Context: scheduled out, preemption off.
 * Return: the value for the steal-time record, 0 to report nothing. Never
 * PVSCHED_VCPU_PREEMPTED: that invites the guest to leave a TLB flush to the
 * next entry, which is safe at an instruction boundary only.
 */
u8 pvsched_off_cpu_state(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(pvsched_off_cpu))
		return 0;

	if (!pvsched_advertised(vcpu, PVSCHED_FEATURE_OFF_CPU))
		return 0;

	if (!pvsched_is_at_rest(vcpu) || vcpu->arch.mp_state != KVM_MP_STATE_RUNNABLE)
		return 0;

	return PVSCHED_VCPU_OFF_CPU;
}

/**
 * pvsched_host_init() - Set up what outlives a VM; called when kvm.ko loads.
 */
void __init pvsched_host_init(void)
{
	pvsched_fault_init();
	pvsched_outcome_init();
}

/**
 * pvsched_host_exit() - Undo pvsched_host_init().
 */
void pvsched_host_exit(void)
{
	pvsched_outcome_exit();
	pvsched_fault_exit();
}
