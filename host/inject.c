// SPDX-License-Identifier: GPL-2.0
/*
 * The vCPU's own interrupts, injected in place.
 *
 * An exit that was handled early may raise an interrupt of the very vCPU that left:
 * an IPI to itself, a deadline that has passed, a timer that fired. The base leaves
 * the inner run loop to inject it. If that is all there is to do, do it in place.
 *
 * This runs with interrupts off, right before the guest is entered. Nothing may
 * sleep, fault or wait for a lock; whatever else is pending is left to the run loop.
 *
 * The order is that of the run loop: clear a request first, then look for what it
 * stands for. An event that comes later makes its request anew. vcpu->mode stays
 * IN_GUEST_MODE all the while: a CPU that kicks the vCPU sends an interrupt, which
 * ends the next entry at once.
 */
#include <linux/kvm_host.h>
#include <linux/uaccess.h>

#include "base.h"
#include "hyperv.h"
#include "internal.h"
#include "irq.h"
#include "lapic.h"
#include "xen.h"
#include "trace.h"
/* The one of KVM itself, in the directory above. */
#include <trace.h>

/* Requests that may stand for an interrupt of the vCPU's local APIC. */
#define PVSCHED_OWN_REQUESTS	(BIT_ULL(KVM_REQ_EVENT & KVM_REQUEST_MASK) | \
				 BIT_ULL(KVM_REQ_UNBLOCK & KVM_REQUEST_MASK))

/* Without CONFIG_KVM_HYPERV no vCPU has a SynIC, and the base has no to_hv_vcpu(). */
static __always_inline bool pvsched_has_hyperv(struct kvm_vcpu *vcpu)
{
#ifdef CONFIG_KVM_HYPERV
	return to_hv_vcpu(vcpu);
#else
	return false;
#endif
}

/*
 * Is injecting short in this state? Where KVM uses APICv, opening an interrupt window
 * may inhibit AVIC, under a semaphore. In real mode, VMX may emulate the push onto
 * the guest's stack. A nested guest's interrupts may be an exit to L1. Xen's timers
 * and event channels have ways of their own, and an EOI of Hyper-V's SynIC takes
 * locks.
 */
static bool pvsched_state_is_simple(struct kvm_vcpu *vcpu)
{
	if (!lapic_in_kernel(vcpu) || enable_apicv || is_guest_mode(vcpu))
		return false;

	if (!pvsched_has_host_pkru(vcpu))
		return false;

	return is_protmode(vcpu) && !vcpu->guest_debug && !pvsched_has_hyperv(vcpu) &&
	       !kvm_xen_msr_enabled(vcpu->kvm) && !kvm_xen_timer_enabled(vcpu);
}

/* What is checked before anything changes. */
static __always_inline bool pvsched_may_inject(struct kvm_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->mode) != IN_GUEST_MODE ||
	    (READ_ONCE(vcpu->requests) & ~PVSCHED_OWN_REQUESTS))
		return false;

	if (!pvsched_state_is_simple(vcpu))
		return false;

	return READ_ONCE(*(apic_has_pending_timer(vcpu) ? &pvsched_fast_timer :
							  &pvsched_fast_ipi));
}

/*
 * Nothing but an interrupt of the local APIC is on its way. Where an event came after
 * pvsched_handle_requests() looked for one, an interrupt that the guest has ended may
 * still be in service. To inject above it would leave it there for good.
 */
static bool pvsched_is_plain(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_arch *arch = &vcpu->arch;

	if (kvm_event_needs_reinjection(vcpu) || arch->exception.pending ||
	    arch->exception_vmexit.pending || arch->nmi_pending || arch->smi_pending)
		return false;

	/* Of one that comes now there is a request as well. */
	if (data_race(kvm_apic_has_pending_init_or_sipi(vcpu)) || kvm_cpu_has_extint(vcpu))
		return false;

	return !vcpu->run->request_interrupt_window && !arch->apic_attention;
}

/*
 * Did the guest end the last interrupt by clearing its PV EOI flag? Then end it here
 * as well. False if it did not, or if the flag is not in memory just now: the base's
 * apic_sync_pv_eoi_from_guest() takes a flag that it cannot read for a cleared one,
 * so it is not shared.
 */
static bool pvsched_sync_eoi(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_arch *arch = &vcpu->arch;
	int vector;
	u8 flag;

	if (!test_bit(KVM_APIC_PV_EOI_PENDING, &arch->apic_attention))
		return true;

	if (!(arch->pv_eoi.msr_val & KVM_MSR_ENABLED) ||
	    kvm_read_guest_cached(vcpu->kvm, &arch->pv_eoi.data, &flag, sizeof(flag)) ||
	    (flag & KVM_PV_EOI_ENABLED))
		return false;

	__clear_bit(KVM_APIC_PV_EOI_PENDING, &arch->apic_attention);
	vector = apic_set_eoi(arch->apic);
	trace_kvm_pv_eoi(arch->apic, vector);

	return true;
}

/*
 * As kvm_inject_apic_timer_irqs(), but do not kick the vCPU: it would be marked as
 * exiting, and a CPU that kicks it then sends no interrupt. What is not a plain
 * deadline is left pending.
 */
static bool pvsched_fire_timer(struct kvm_lapic *apic)
{
	u32 vector = kvm_lapic_get_reg(apic, APIC_LVTT) & APIC_VECTOR_MASK;
	struct kvm_timer *timer = &apic->lapic_timer;

	if (timer->timer_mode != APIC_LVT_TIMER_TSCDEADLINE ||
	    !pvsched_post_self(apic->vcpu, vector))
		return false;

	timer->tscdeadline = 0;
	atomic_set(&timer->pending, 0);

	return true;
}

/*
 * The part of kvm_check_and_inject_events() that is left when the local APIC's
 * interrupts are the only events. The whole also looks at the PIC, whose lock its
 * users hold for as long as they like.
 */
static bool pvsched_inject_irq(struct kvm_vcpu *vcpu)
{
	int vector = kvm_apic_has_interrupt(vcpu);
	int allowed;

	if (vector < 0)
		return true;

	allowed = kvm_x86_call(interrupt_allowed)(vcpu, true);
	if (allowed < 0)
		return false;

	if (allowed) {
		kvm_apic_ack_interrupt(vcpu, vector);
		kvm_queue_interrupt(vcpu, vector, false);
		kvm_x86_call(inject_irq)(vcpu, false);
	}
	if (!allowed || kvm_apic_has_interrupt(vcpu) >= 0)
		kvm_x86_call(enable_irq_window)(vcpu);

	return true;
}

/* As vcpu_enter_guest() does before it enters, where it is no function of its own. */
static bool pvsched_inject_event(struct kvm_vcpu *vcpu)
{
	if (!pvsched_inject_irq(vcpu))
		return false;

	if (kvm_lapic_enabled(vcpu)) {
		kvm_lapic_update_cr8_intercept(vcpu);
		kvm_lapic_sync_to_vapic(vcpu);
	}

	return true;
}

/* Was the vCPU asked to leave meanwhile? */
static bool pvsched_must_leave(struct kvm_vcpu *vcpu)
{
	return READ_ONCE(vcpu->mode) != IN_GUEST_MODE || kvm_request_pending(vcpu) ||
	       xfer_to_guest_mode_work_pending();
}

/* Leave with the request, for the run loop to look at what it stands for. */
static bool pvsched_leave_with(struct kvm_vcpu *vcpu, unsigned int request)
{
	kvm_make_request(request, vcpu);

	return false;
}

/* To cancel also drops an exception that waits: do so only for what was injected here. */
static bool pvsched_handle_event(struct kvm_vcpu *vcpu)
{
	++vcpu->stat.req_event;
	if (!pvsched_is_plain(vcpu))
		return pvsched_leave_with(vcpu, KVM_REQ_EVENT);

	if (pvsched_inject_event(vcpu) && !pvsched_must_leave(vcpu))
		return true;

	kvm_x86_call(cancel_injection)(vcpu);

	return pvsched_leave_with(vcpu, KVM_REQ_EVENT);
}

static bool pvsched_handle_requests(struct kvm_vcpu *vcpu)
{
	kvm_clear_request(KVM_REQ_UNBLOCK, vcpu);
	/* Pairs with the barrier of kvm_make_request() in apic_timer_expired(). */
	smp_mb__after_atomic();
	if (apic_has_pending_timer(vcpu) && !pvsched_fire_timer(vcpu->arch.apic))
		return pvsched_leave_with(vcpu, KVM_REQ_UNBLOCK);

	/* An EOI requests an event itself: end the interrupt before that is cleared. */
	if (kvm_test_request(KVM_REQ_EVENT, vcpu) && !pvsched_sync_eoi(vcpu))
		return false;

	/* Its barrier pairs with that of kvm_make_request(), whatever the event is. */
	if (!kvm_check_request(KVM_REQ_EVENT, vcpu))
		return !pvsched_must_leave(vcpu);

	return pvsched_handle_event(vcpu);
}

/**
 * __pvsched_fast_inject() - Inject the vCPU's own interrupts in place.
 * @vcpu:	a vCPU that was to enter L1 again, but was asked to leave
 *
 * Context: the inner run loop, IRQs off, no SRCU.
 * Return: true if it may enter now, false to leave as asked.
 */
bool __pvsched_fast_inject(struct kvm_vcpu *vcpu)
{
	bool injected;

	if (!pvsched_may_inject(vcpu))
		return false;

	kvm_vcpu_srcu_read_lock(vcpu);
	pagefault_disable();
	injected = pvsched_handle_requests(vcpu);
	pagefault_enable();
	kvm_vcpu_srcu_read_unlock(vcpu);

	vcpu->stat.pvsched_fast_inject += injected;
	trace_pvsched_fast(vcpu->vcpu_id, PVSCHED_FAST_INJECT,
			   injected ? PVSCHED_HANDLED : PVSCHED_SLOW_BUSY);
	return injected;
}
