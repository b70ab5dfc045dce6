/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the base's KVM calls in the host part of pvsched, with stubs for a
 * kernel without it.
 */
#ifndef __KVM_X86_PVSCHED_H
#define __KVM_X86_PVSCHED_H

#include <linux/kvm_host.h>
#include <asm/pvsched.h>

#ifdef CONFIG_KVM_PVSCHED

#include "lapic.h"
#include "x86.h"

void pvsched_host_init(void);
void pvsched_host_exit(void);
u32 pvsched_cpuid_features(void);
u8 pvsched_off_cpu_state(struct kvm_vcpu *vcpu);
bool pvsched_serves_alone(void);
void pvsched_hint(struct kvm_vcpu *vcpu);
void pvsched_before_halt(struct kvm_vcpu *vcpu);
void pvsched_vcpu_load(struct kvm_vcpu *vcpu);
void pvsched_move_displaced(struct kvm_vcpu *vcpu);
void pvsched_outcome_load(struct kvm_vcpu *vcpu);
void pvsched_put_preempted(struct kvm_vcpu *vcpu);
void __pvsched_enter(struct kvm_vcpu *vcpu);
void __pvsched_refresh(struct kvm_vcpu *vcpu);
long pvsched_hc_yield(struct kvm_vcpu *vcpu, unsigned long a0, unsigned long a1,
		      unsigned long a2, unsigned long a3, int op_64_bit);
fastpath_t pvsched_fast_wrmsr(struct kvm_vcpu *vcpu);
fastpath_t pvsched_fast_hypercall(struct kvm_vcpu *vcpu);
bool __pvsched_fast_inject(struct kvm_vcpu *vcpu);

extern bool pvsched_fast_ipi;
extern bool pvsched_fast_timer;

/* A vCPU gets a CPU: first what the vCPU itself knows, then what follows from it. */
static inline void pvsched_load(struct kvm_vcpu *vcpu)
{
	pvsched_vcpu_load(vcpu);
	if (unlikely(READ_ONCE(vcpu->arch.pvsched.displaced)))
		pvsched_move_displaced(vcpu);
	pvsched_outcome_load(vcpu);
}

static inline bool pvsched_fast_inject(struct kvm_vcpu *vcpu)
{
	return (READ_ONCE(pvsched_fast_ipi) || READ_ONCE(pvsched_fast_timer)) &&
	       __pvsched_fast_inject(vcpu);
}

/*
 * Between these two nothing of the vCPU is half updated, although its thread is inside
 * an exit: where it is scheduled out, it can be looked at, and reported as off CPU.
 */
static __always_inline void pvsched_rest_begin(struct kvm_vcpu *vcpu)
{
	barrier();
	WRITE_ONCE(vcpu->arch.pvsched.at_rest, true);
}

static __always_inline void pvsched_rest_end(struct kvm_vcpu *vcpu)
{
	WRITE_ONCE(vcpu->arch.pvsched.at_rest, false);
	barrier();
}

/*
 * Between these two the record's cache is half updated: where the vCPU is scheduled out,
 * the record is left alone.
 */
static __always_inline void pvsched_record_begin(struct kvm_vcpu *vcpu)
{
	WRITE_ONCE(vcpu->arch.pvsched.in_record, true);
	barrier();
}

static __always_inline void pvsched_record_end(struct kvm_vcpu *vcpu)
{
	barrier();
	WRITE_ONCE(vcpu->arch.pvsched.in_record, false);
}

static inline void pvsched_record_steal_time(struct kvm_vcpu *vcpu)
{
	pvsched_record_begin(vcpu);
	record_steal_time(vcpu);
	pvsched_record_end(vcpu);
}

/*
 * The guest registers a record, or none. What was reported in the one before is undone,
 * and in the new one it is not known: a VM that was saved may have left a report there.
 * Userspace that saves a VM may be done with its memory.
 */
static inline void pvsched_set_record(struct kvm_vcpu *vcpu, u64 msr_val, bool by_guest)
{
	pvsched_record_begin(vcpu);
	if (by_guest && vcpu->arch.st.preempted == PVSCHED_VCPU_OFF_CPU)
		record_steal_time(vcpu);
	vcpu->arch.st.msr_val = msr_val;
	vcpu->arch.st.preempted = msr_val & KVM_MSR_ENABLED ? PVSCHED_VCPU_OFF_CPU : 0;
	pvsched_record_end(vcpu);
}

/* A vCPU is about to halt: if it was reported off CPU since its last entry, undo that. */
static inline void pvsched_before_block(struct kvm_vcpu *vcpu)
{
	if (unlikely(vcpu->arch.st.preempted == PVSCHED_VCPU_OFF_CPU))
		pvsched_record_steal_time(vcpu);
}

/*
 * Does the APIC hold the TPR that the guest left with? Then all that depends on it
 * is up to date as well: each change of anything else computes that anew.
 */
static __always_inline bool pvsched_keeps_tpr(struct kvm_vcpu *vcpu, unsigned long cr8)
{
	return READ_ONCE(pvsched_fast_ipi) && lapic_in_kernel(vcpu) &&
	       kvm_lapic_get_reg(vcpu->arch.apic, APIC_TASKPRI) == cr8 << 4;
}

/*
 * Is the vendor's run function to enter the guest once more, if it @may? If not,
 * a handled exit goes around the inner run loop, which also counts exits.
 */
static __always_inline bool pvsched_enters_again(struct kvm_vcpu *vcpu, fastpath_t *fastpath,
						 bool may)
{
	if (*fastpath != EXIT_FASTPATH_ENTER_AGAIN)
		return false;

	if (may)
		++vcpu->stat.exits;
	else
		*fastpath = EXIT_FASTPATH_REENTER_GUEST;

	return may;
}

/* The vCPU is about to enter the guest: the time that a yield to it took ends. */
static inline void pvsched_enter(struct kvm_vcpu *vcpu)
{
	if (unlikely(READ_ONCE(vcpu->arch.pvsched.granted_at)))
		__pvsched_enter(vcpu);
}

/* Before requests are served: is what the vCPU's record says of the VM up to date? */
static inline void pvsched_refresh(struct kvm_vcpu *vcpu)
{
	struct pvsched_kvm *vm = &vcpu->kvm->arch.pvsched;

	if (unlikely(rdtsc() - READ_ONCE(vm->looked) >= READ_ONCE(vm->period) ||
		     READ_ONCE(vm->number) != vcpu->arch.pvsched.told))
		__pvsched_refresh(vcpu);
}

/*
 * Part of an update of the steal-time record @st, while its version is odd. A macro, for
 * no function may be called between user_access_begin() and user_access_end().
 */
#define pvsched_unsafe_put_capacity(vcpu, st, label)						\
do {												\
	struct pvsched_steal_time __user *__st = (void __user *)(st);				\
												\
	if ((vcpu)->arch.pv_cpuid.features & BIT(PVSCHED_FEATURE_CAPACITY))			\
		unsafe_put_user(READ_ONCE((vcpu)->kvm->arch.pvsched.number),			\
				&__st->capacity, label);					\
} while (0)

#else

#include "base.h"

#define pvsched_unsafe_put_capacity(vcpu, st, label)	do { } while (0)

static inline void pvsched_host_init(void) { }
static inline void pvsched_host_exit(void) { }
static inline u32 pvsched_cpuid_features(void) { return 0; }
static inline u8 pvsched_off_cpu_state(struct kvm_vcpu *vcpu) { return 0; }
static inline bool pvsched_serves_alone(void) { return false; }
static inline void pvsched_rest_begin(struct kvm_vcpu *vcpu) { }
static inline void pvsched_rest_end(struct kvm_vcpu *vcpu) { }
static inline void pvsched_before_block(struct kvm_vcpu *vcpu) { }

static inline void pvsched_record_steal_time(struct kvm_vcpu *vcpu)
{
	record_steal_time(vcpu);
}

static inline void pvsched_set_record(struct kvm_vcpu *vcpu, u64 msr_val, bool by_guest)
{
	vcpu->arch.st.msr_val = msr_val;
}

static inline void pvsched_hint(struct kvm_vcpu *vcpu) { }
static inline void pvsched_before_halt(struct kvm_vcpu *vcpu) { }
static inline void pvsched_load(struct kvm_vcpu *vcpu) { }
static inline void pvsched_put_preempted(struct kvm_vcpu *vcpu) { }
static inline void pvsched_enter(struct kvm_vcpu *vcpu) { }
static inline void pvsched_refresh(struct kvm_vcpu *vcpu) { }

static inline long pvsched_hc_yield(struct kvm_vcpu *vcpu, unsigned long a0,
				    unsigned long a1, unsigned long a2,
				    unsigned long a3, int op_64_bit)
{
	return -KVM_ENOSYS;
}

static inline fastpath_t pvsched_fast_wrmsr(struct kvm_vcpu *vcpu)
{
	return pvsched_base_wrmsr(vcpu);
}

static inline fastpath_t pvsched_fast_hypercall(struct kvm_vcpu *vcpu)
{
	return EXIT_FASTPATH_NONE;
}

static inline bool pvsched_fast_inject(struct kvm_vcpu *vcpu) { return false; }

static inline bool pvsched_keeps_tpr(struct kvm_vcpu *vcpu, unsigned long cr8)
{
	return false;
}

static inline bool pvsched_enters_again(struct kvm_vcpu *vcpu, fastpath_t *fastpath, bool may)
{
	return false;
}

#endif /* CONFIG_KVM_PVSCHED */

#endif /* __KVM_X86_PVSCHED_H */
