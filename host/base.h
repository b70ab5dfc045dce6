/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where base kernels differ, for the part in KVM. A base is named by its version; what is
 * here for the older one goes when that does. Names are those of the newer one, where it
 * has some.
 */
#ifndef __KVM_X86_PVSCHED_BASE_H
#define __KVM_X86_PVSCHED_BASE_H

#include <linux/version.h>
#include <linux/kvm_host.h>
#include <linux/pid.h>
#include <linux/sched/task.h>

/* In this order: 6.12 needs it so. */
#include "x86.h"
#include "pmu.h"

#if LINUX_VERSION_MAJOR >= 7

#include <linux/entry-virt.h>
#include <linux/hrtimer_bases.h>
#include "regs.h"

/* What the base does with a WRMSR with interrupts off */
#define pvsched_base_wrmsr(vcpu)	handle_fastpath_wrmsr(vcpu)

/*
 * Where hardware counts for the guest, an instruction that is skipped has to be counted by
 * what may sleep.
 */
#define pvsched_pmu_allows(vcpu)	kvm_pmu_is_fastpath_emulation_allowed(vcpu)
#define pvsched_pmu_retired(vcpu)	kvm_pmu_instruction_retired(vcpu)

/* The guest's keys are loaded between two entries, and would apply to what KVM reads. */
#define pvsched_has_host_pkru(vcpu)	(read_pkru() == (vcpu)->arch.host_pkru)

/*
 * The task of a vCPU, under RCU; NULL before the first run, and while the thread changes:
 * the struct pid may be freed once its lock is not held.
 */
static inline struct task_struct *pvsched_find_task(struct kvm_vcpu *vcpu)
{
	struct task_struct *task;

	if (!read_trylock(&vcpu->pid_lock))
		return NULL;

	task = pid_task(vcpu->pid, PIDTYPE_PID);
	read_unlock(&vcpu->pid_lock);

	return task;
}

#else /* 6.12 */

#include <linux/entry-kvm.h>
#include "kvm_cache_regs.h"

#define kvm_rax_read_raw	kvm_rax_read
#define kvm_rbx_read_raw	kvm_rbx_read
#define kvm_rcx_read_raw	kvm_rcx_read
#define kvm_rdx_read_raw	kvm_rdx_read
#define kvm_rsi_read_raw	kvm_rsi_read
#define kvm_rax_write_raw	kvm_rax_write

#define apic_test_vector(vec, bitmap)	test_bit(VEC_POS(vec), (bitmap) + REG_POS(vec))

#define pvsched_base_wrmsr(vcpu)	handle_fastpath_set_msr_irqoff(vcpu)

#define pvsched_pmu_allows(vcpu)	true
#define pvsched_has_host_pkru(vcpu)	true

static __always_inline bool pvsched_pmu_counts(struct kvm_vcpu *vcpu)
{
	struct kvm_pmu *pmu = vcpu_to_pmu(vcpu);

	BUILD_BUG_ON(X86_PMC_IDX_MAX != BITS_PER_LONG);
	if (likely(!pmu->all_valid_pmc_idx[0]))
		return false;

	return !kvm_pmu_has_perf_global_ctrl(pmu) ||
	       (pmu->all_valid_pmc_idx[0] & pmu->global_ctrl);
}

/* The event filter of the PMU is under SRCU. */
static noinline void pvsched_pmu_retire(struct kvm_vcpu *vcpu)
{
	kvm_vcpu_srcu_read_lock(vcpu);
	kvm_pmu_trigger_event(vcpu, kvm_pmu_eventsel.INSTRUCTIONS_RETIRED);
	kvm_vcpu_srcu_read_unlock(vcpu);
}

static __always_inline void pvsched_pmu_retired(struct kvm_vcpu *vcpu)
{
	if (unlikely(pvsched_pmu_counts(vcpu)))
		pvsched_pmu_retire(vcpu);
}

static inline struct task_struct *pvsched_find_task(struct kvm_vcpu *vcpu)
{
	return pid_task(rcu_dereference(vcpu->pid), PIDTYPE_PID);
}

#endif

#endif /* __KVM_X86_PVSCHED_BASE_H */
