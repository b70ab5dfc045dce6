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

/*
 * The report writes to guest memory and marks it dirty. Where the vCPU is preempted at
 * any point of an exit, its thread may be inside the dirty ring, or may have updated half
 * of the record's cache. To set a bit of a dirty bitmap is safe anywhere.
 */
static bool pvsched_may_write_record(struct kvm_vcpu *vcpu)
{
	return pvsched_is_at_rest(vcpu) ||
	       (!vcpu->kvm->dirty_ring_size && !READ_ONCE(vcpu->arch.pvsched.in_record));
}

/*
 * One that halts, or waits for a page, is about to sleep and may not read as off CPU
 * then. Without an APIC of KVM's own it sleeps in userspace, which KVM is not told.
 */
static bool pvsched_is_awake(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.mp_state == KVM_MP_STATE_RUNNABLE && !vcpu->arch.apf.halted &&
	       lapic_in_kernel(vcpu);
}

/**
 * pvsched_off_cpu_state() - What to report of a vCPU preempted inside an exit.
 * @vcpu:	a vCPU that is scheduled out, preempted, and not at an instruction
 *		boundary
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

	if (!pvsched_is_awake(vcpu) || !pvsched_may_write_record(vcpu))
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
