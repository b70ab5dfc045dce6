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

void pvsched_host_init(void);
void pvsched_host_exit(void);
u32 pvsched_cpuid_features(void);
u8 pvsched_off_cpu_state(struct kvm_vcpu *vcpu);
bool pvsched_serves_alone(void);
void pvsched_named(struct kvm_vcpu *vcpu);
void pvsched_before_halt(struct kvm_vcpu *vcpu);
void pvsched_load(struct kvm_vcpu *vcpu);
void pvsched_put_preempted(struct kvm_vcpu *vcpu);
void __pvsched_enter(struct kvm_vcpu *vcpu);
long pvsched_hc_yield(struct kvm_vcpu *vcpu, unsigned long a0, unsigned long a1,
		      unsigned long a2, unsigned long a3, int op_64_bit);
fastpath_t pvsched_fast_wrmsr(struct kvm_vcpu *vcpu);
fastpath_t pvsched_fast_hypercall(struct kvm_vcpu *vcpu);
bool __pvsched_fast_inject(struct kvm_vcpu *vcpu);

extern bool pvsched_fast_ipi;
extern bool pvsched_fast_timer;

static inline bool pvsched_fast_inject(struct kvm_vcpu *vcpu)
{
	return (READ_ONCE(pvsched_fast_ipi) || READ_ONCE(pvsched_fast_timer)) &&
	       __pvsched_fast_inject(vcpu);
}

/*
 * Does the APIC hold the TPR that the guest left with? Then all that depends on
 * it is up to date, too: who changes anything else computes that anew.
 */
static __always_inline bool pvsched_keeps_tpr(struct kvm_vcpu *vcpu, unsigned long cr8)
{
	return READ_ONCE(pvsched_fast_ipi) && lapic_in_kernel(vcpu) &&
	       kvm_lapic_get_reg(vcpu->arch.apic, APIC_TASKPRI) == cr8 << 4;
}

/*
 * Is the vendor's run function to enter the guest once more, if it @may? If not,
 * what was answered goes around the inner run loop, which also counts exits.
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

/* The vCPU is about to enter the guest: one that was yielded to has its turn. */
static inline void pvsched_enter(struct kvm_vcpu *vcpu)
{
	if (unlikely(vcpu->arch.pvsched.granted_at))
		__pvsched_enter(vcpu);
}

#else

#include "x86.h"

static inline void pvsched_host_init(void) { }
static inline void pvsched_host_exit(void) { }
static inline u32 pvsched_cpuid_features(void) { return 0; }
static inline u8 pvsched_off_cpu_state(struct kvm_vcpu *vcpu) { return 0; }
static inline bool pvsched_serves_alone(void) { return false; }
static inline void pvsched_named(struct kvm_vcpu *vcpu) { }
static inline void pvsched_before_halt(struct kvm_vcpu *vcpu) { }
static inline void pvsched_load(struct kvm_vcpu *vcpu) { }
static inline void pvsched_put_preempted(struct kvm_vcpu *vcpu) { }
static inline void pvsched_enter(struct kvm_vcpu *vcpu) { }

static inline long pvsched_hc_yield(struct kvm_vcpu *vcpu, unsigned long a0,
				    unsigned long a1, unsigned long a2,
				    unsigned long a3, int op_64_bit)
{
	return -KVM_ENOSYS;
}

static inline fastpath_t pvsched_fast_wrmsr(struct kvm_vcpu *vcpu)
{
	return handle_fastpath_set_msr_irqoff(vcpu);
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
