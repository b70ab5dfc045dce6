/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM as host/fastpath.c and host/inject.c see it, in addition to host.h. State that the base
 * keeps elsewhere is a member of the vCPU, so that a test can set it.
 */
#ifndef _UNIT_X86_H
#define _UNIT_X86_H

#include "host.h"

/* Numbers */
#define noinline		__attribute__((noinline))
#define BITS_PER_LONG		64
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define GENMASK_ULL(h, l)	GENMASK(h, l)

#define hweight64(w)		__builtin_popcountll(w)
#define __ffs64(w)		((unsigned long)__builtin_ctzll(w))
#define test_bit(nr, addr)	unit_test_bit(nr, (const unsigned long *)(addr))
#define __clear_bit(nr, addr)	(*(addr) &= ~BIT(nr))

/* Interrupts are off: a reader under RCU then needs no section. */
#define irqs_disabled()			true
#define rcu_access_pointer(p)		READ_ONCE(p)

#define rcu_dereference_check(p, cond)					\
({									\
	unit_require(cond);						\
	READ_ONCE(p);							\
})

/* Registers */
#define kvm_rax_read(vcpu)		((vcpu)->arch.unit_rax)
#define kvm_rbx_read(vcpu)		((vcpu)->arch.unit_rbx)
#define kvm_rcx_read(vcpu)		((vcpu)->arch.unit_rcx)
#define kvm_rdx_read(vcpu)		((vcpu)->arch.unit_rdx)
#define kvm_rsi_read(vcpu)		((vcpu)->arch.unit_rsi)
#define kvm_rax_write(vcpu, value)	((vcpu)->arch.unit_rax = (value))

static inline u64 kvm_read_edx_eax(struct kvm_vcpu *vcpu)
{
	return (u32)kvm_rax_read(vcpu) | (u64)kvm_rdx_read(vcpu) << 32;
}

#define X86_EFLAGS_TF			BIT(8)
#define KVM_GUESTDBG_SINGLESTEP		BIT(1)

#define is_64_bit_mode(vcpu)		((vcpu)->unit_64_bit)
#define is_guest_mode(vcpu)		((vcpu)->unit_guest_mode)
#define kvm_xen_hypercall_enabled(kvm)	((kvm)->arch.unit_xen_hypercalls)
#define kvm_xen_msr_enabled(kvm)	((kvm)->arch.unit_xen_msr)
#define kvm_xen_timer_enabled(vcpu)	((vcpu)->unit_xen_timer)
#define CONFIG_KVM_HYPERV		1
#define to_hv_vcpu(vcpu)		((vcpu)->unit_hyperv)
#define is_protmode(vcpu)		(!(vcpu)->unit_real_mode)
#define kvm_hv_hypercall_enabled(vcpu)	((vcpu)->unit_hv_hypercalls)
#define unit_get_cpl(vcpu)		((vcpu)->unit_cpl)
#define unit_get_rflags(vcpu)		((vcpu)->unit_rflags)

int unit_skip_emulated_instruction(struct kvm_vcpu *vcpu);
fastpath_t handle_fastpath_set_msr_irqoff(struct kvm_vcpu *vcpu);

static inline bool guest_pv_has(struct kvm_vcpu *vcpu, unsigned int feature)
{
	return !vcpu->arch.pv_cpuid.enforce || vcpu->arch.pv_cpuid.features & BIT(feature);
}

/* The local APIC */
#define APIC_BASE_MSR		0x800
#define APIC_TMR		0x180
#define APIC_ICR		0x300
#define APIC_ICR2		0x310
#define APIC_LVTT		0x320
#define APIC_SELF_IPI		0x3f0
#define APIC_VECTOR_MASK	0x000ff
#define APIC_MODE_MASK		0x00700
#define APIC_DM_FIXED		0x00000
#define APIC_DEST_MASK		0x00800
#define APIC_DEST_PHYSICAL	0x00000
#define APIC_DEST_LOGICAL	0x00800
#define APIC_ICR_BUSY		0x01000
#define APIC_INT_ASSERT		0x04000
#define APIC_INT_LEVELTRIG	0x08000
#define APIC_SHORT_MASK		0xc0000
#define APIC_DEST_NOSHORT	0x00000
#define APIC_DEST_SELF		0x40000
#define APIC_BROADCAST		0xff
#define X2APIC_BROADCAST	0xffffffffu
#define VEC_POS(v)		((v) & (32 - 1))
#define REG_POS(v)		(((v) >> 5) << 4)
#define MSR_IA32_TSC_DEADLINE	0x6e0

struct kvm_lapic_irq {
	u32 vector;
	u16 delivery_mode;
	u16 dest_mode;
	bool level;
	u16 trig_mode;
	u32 dest_id;
};

struct unit_x86_ops {
	bool x2apic_icr_is_split;
	bool set_hv_timer;
};

extern struct unit_x86_ops kvm_x86_ops;
extern bool enable_apicv;

#define apic_x2apic_mode(apic)		((apic)->unit_x2apic)
#define kvm_apic_sw_enabled(apic)	((apic)->unit_sw_enabled)
#define kvm_apic_hw_enabled(apic)	((apic)->unit_hw_enabled)
#define kvm_lapic_enabled(vcpu)		((vcpu)->arch.apic->unit_sw_enabled)
#define hrtimer_callback_running(timer)	((timer)->unit_running)
#define smp_processor_id()		(unit_cpu)
#define APIC_LVT_TIMER_TSCDEADLINE	(2 << 17)

int kvm_apic_set_irq(struct kvm_vcpu *vcpu, struct kvm_lapic_irq *irq, void *dest_map);
void kvm_lapic_set_irr(int vector, struct kvm_lapic *apic);
void start_sw_tscdeadline(struct kvm_lapic *apic);
void hrtimer_cancel(struct hrtimer *timer);
void kvm_set_lapic_tscdeadline_msr(struct kvm_vcpu *vcpu, u64 data);
void kvm_vcpu_kick(struct kvm_vcpu *vcpu);
int apic_set_eoi(struct kvm_lapic *apic);
void kvm_lapic_update_cr8_intercept(struct kvm_vcpu *vcpu);
void kvm_lapic_sync_to_vapic(struct kvm_vcpu *vcpu);

/* SRCU: what is read inside counts on it. */
extern int unit_srcu_depth;

#define kvm_vcpu_srcu_read_lock(vcpu)	((void)unit_srcu_depth++)
#define kvm_vcpu_srcu_read_unlock(vcpu)	((void)unit_srcu_depth--)

/* The PMU */
#define X86_PMC_IDX_MAX				64
#define vcpu_to_pmu(vcpu)			(&(vcpu)->arch.unit_pmu)
#define kvm_pmu_has_perf_global_ctrl(pmu)	((pmu)->unit_has_global_ctrl)

static const struct {
	u64 INSTRUCTIONS_RETIRED;
} kvm_pmu_eventsel = { 0xc0 };

void kvm_pmu_trigger_event(struct kvm_vcpu *vcpu, u64 eventsel);

/* Requests and events */
#define KVM_REQUEST_MASK	GENMASK(7, 0)
#define KVM_REQ_UNBLOCK		2
#define KVM_REQ_EVENT		14
#define IN_GUEST_MODE		1
#define EXITING_GUEST_MODE	2

#define kvm_request_pending(vcpu)	((vcpu)->requests)
#define smp_mb__after_atomic()

/* What happens on another CPU right before a request is cleared, or after it was tested. */
void unit_before_clear(struct kvm_vcpu *vcpu, int req);
void unit_after_test(struct kvm_vcpu *vcpu, int req);

static inline void kvm_clear_request(int req, struct kvm_vcpu *vcpu)
{
	unit_before_clear(vcpu, req);
	vcpu->requests &= ~BIT(req);
}

static inline bool kvm_test_request(int req, struct kvm_vcpu *vcpu)
{
	bool asked = vcpu->requests & BIT(req);

	unit_after_test(vcpu, req);
	return asked;
}

static inline bool kvm_check_request(int req, struct kvm_vcpu *vcpu)
{
	bool asked = vcpu->requests & BIT(req);

	if (asked)
		kvm_clear_request(req, vcpu);
	return asked;
}

#define kvm_event_needs_reinjection(vcpu)		((vcpu)->unit_reinjection)
#define kvm_apic_has_pending_init_or_sipi(vcpu)		((vcpu)->unit_init)
#define kvm_cpu_has_extint(vcpu)			((vcpu)->unit_extint)
#define apic_has_pending_timer(vcpu)			((vcpu)->arch.apic->lapic_timer.pending.counter)

void xfer_to_guest_mode_prepare(void);
bool xfer_to_guest_mode_work_pending(void);
int kvm_apic_has_interrupt(struct kvm_vcpu *vcpu);
void kvm_apic_ack_interrupt(struct kvm_vcpu *vcpu, int vector);
int unit_interrupt_allowed(struct kvm_vcpu *vcpu, bool for_injection);
void unit_inject_irq(struct kvm_vcpu *vcpu, bool reinjected);
void unit_enable_irq_window(struct kvm_vcpu *vcpu);

static inline void kvm_queue_interrupt(struct kvm_vcpu *vcpu, u8 vector, bool soft)
{
	vcpu->arch.interrupt.injected = true;
	vcpu->arch.interrupt.nr = vector;
}

void unit_cancel_injection(struct kvm_vcpu *vcpu);

/* Guest memory, as far as PV EOI goes */
#define KVM_APIC_CHECK_VAPIC	0
#define KVM_APIC_PV_EOI_PENDING	1

void pagefault_disable(void);
void pagefault_enable(void);
int unit_read_guest(const u8 *data, u8 *to);

#define kvm_read_guest_cached(kvm, cache, to, len)	unit_read_guest(cache, to)

#endif /* _UNIT_X86_H */
