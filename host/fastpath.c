// SPDX-License-Identifier: GPL-2.0
/*
 * Exits handled before interrupts are enabled.
 *
 * The vendor's dispatcher runs right after an exit, with interrupts off and outside
 * KVM's SRCU section. An exit that is handled there enters the guest again at once;
 * any other goes through the run loop. The table pvsched_fast_handlers[] names the
 * kinds of exits that are handled, each with its preconditions. An exit is matched
 * to a kind, checked, handled, and then completed in one place: the instruction is
 * skipped, the exit counted and traced.
 *
 * Whatever is not certain to be short and not to sleep is left to the base, before
 * anything has changed. The work with interrupts off is bounded by
 * PVSCHED_FAST_TARGETS interrupts for an IPI and PVSCHED_YIELD_MAX_TARGETS vCPUs
 * looked at for a yield, however many vCPUs there are.
 *
 * A section with interrupts off is a reader to RCU, so that the APIC map needs no
 * rcu_read_lock().
 *
 * Some functions here repeat what the base does, because the base has no function
 * for that part alone: each says so.
 */
#include <linux/kcsan-checks.h>
#include <linux/kvm_host.h>

#include "base.h"
#include "cpuid.h"
#include "internal.h"
#include "lapic.h"
#include "xen.h"
#include "trace.h"
/* The one of KVM itself, in the directory above. */
#include <trace.h>

/* Interrupts that one exit may send: an x2APIC cluster. */
#define PVSCHED_FAST_TARGETS	16

#define PVSCHED_MSR_ICR		(APIC_BASE_MSR + (APIC_ICR >> 4))
#define PVSCHED_MSR_SELF_IPI	(APIC_BASE_MSR + (APIC_SELF_IPI >> 4))

/* Reserved in x2APIC mode; the busy bit is not, the base clears it. */
#define PVSCHED_ICR_RESERVED	(GENMASK_ULL(31, 20) | GENMASK_ULL(17, 16) | BIT(13))

/* What a kind needs of its vCPU. */
#define PVSCHED_NEEDS_LAPIC	BIT(0)	/* in the kernel */
#define PVSCHED_NEEDS_X2APIC	BIT(1)
#define PVSCHED_NEEDS_NO_APICV	BIT(2)	/* hardware that sends IPIs is faster */
#define PVSCHED_NEEDS_NO_FILTER	BIT(3)	/* of this MSR; those of the x2APIC have none */
#define PVSCHED_NEEDS_KVM_CALL	BIT(4)	/* hypercalls are KVM's own */

#define PVSCHED_NEEDS_IPI	(PVSCHED_NEEDS_LAPIC | PVSCHED_NEEDS_NO_APICV)
#define PVSCHED_NEEDS_ICR	(PVSCHED_NEEDS_IPI | PVSCHED_NEEDS_X2APIC)

#define PVSCHED_HANDLER(kind, on, needs)				\
	{ &pvsched_fast_##on, needs, offsetof(struct kvm_vcpu_stat, pvsched_fast_##kind) }

static const struct pvsched_fast_handler {
	bool *on;
	u32 needs;
	u32 handled;			/* offset in struct kvm_vcpu_stat */
} pvsched_fast_handlers[] = {
	[PVSCHED_FAST_ICR]	= PVSCHED_HANDLER(icr, ipi, PVSCHED_NEEDS_ICR),
	[PVSCHED_FAST_SELF_IPI]	= PVSCHED_HANDLER(self_ipi, ipi, PVSCHED_NEEDS_ICR),
	[PVSCHED_FAST_SEND_IPI]	= PVSCHED_HANDLER(send_ipi, ipi, PVSCHED_NEEDS_IPI |
						  PVSCHED_NEEDS_KVM_CALL),
	[PVSCHED_FAST_DEADLINE]	= PVSCHED_HANDLER(deadline, timer, PVSCHED_NEEDS_LAPIC |
						  PVSCHED_NEEDS_NO_FILTER),
	[PVSCHED_FAST_YIELD]	= PVSCHED_HANDLER(yield, yield, PVSCHED_NEEDS_KVM_CALL),
	[PVSCHED_FAST_SCHED_YIELD] = PVSCHED_HANDLER(sched_yield, yield, PVSCHED_NEEDS_KVM_CALL),
};

#define PVSCHED_SLOW_COUNTER(reason)	offsetof(struct kvm_vcpu_stat, pvsched_slow_##reason)

static const u32 pvsched_slow_counters[] = {
	[PVSCHED_SLOW_DEBUG]	= PVSCHED_SLOW_COUNTER(debug),
	[PVSCHED_SLOW_CALLER]	= PVSCHED_SLOW_COUNTER(caller),
	[PVSCHED_SLOW_APIC]	= PVSCHED_SLOW_COUNTER(apic),
	[PVSCHED_SLOW_FILTER]	= PVSCHED_SLOW_COUNTER(filter),
	[PVSCHED_SLOW_INVALID]	= PVSCHED_SLOW_COUNTER(invalid),
	[PVSCHED_SLOW_MODE]	= PVSCHED_SLOW_COUNTER(mode),
	[PVSCHED_SLOW_BOUND]	= PVSCHED_SLOW_COUNTER(bound),
	[PVSCHED_SLOW_BUSY]	= PVSCHED_SLOW_COUNTER(busy),
	[PVSCHED_SLOW_WAITING]	= PVSCHED_SLOW_COUNTER(waiting),
};

static __always_inline void pvsched_stat_inc(struct kvm_vcpu *vcpu, u32 offset)
{
	(*(u64 *)((void *)&vcpu->stat + offset))++;
}

/*
 * APIC IDs
 */
static __always_inline struct kvm_apic_map *pvsched_map(struct kvm_vcpu *vcpu)
{
	return rcu_dereference_check(vcpu->kvm->arch.apic_map, irqs_disabled());
}

/* Can the vector go into the IRR as it is: an edge, to an APIC without APICv? */
static __always_inline bool pvsched_is_edge(struct kvm_lapic *apic, u32 vector)
{
	/* As in the base, a sender may see a state that is about to change. */
	return !data_race(apic->apicv_active) &&
	       !apic_test_vector(vector, apic->regs + APIC_TMR);
}

/* Put the vector into the IRR, where the next entry finds it; 0 if the APIC is off. */
static __always_inline int pvsched_set_irr(struct kvm_vcpu *vcpu, u32 vector)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	trace_kvm_apic_accept_irq(vcpu->vcpu_id, APIC_DM_FIXED, 0, vector);
	/* Likewise */
	if (data_race(!kvm_apic_sw_enabled(apic) || !kvm_apic_hw_enabled(apic)))
		return 0;

	/*
	 * The base reads what this sets without a mark. It may miss it, and looks again once
	 * it sees the request.
	 */
	kcsan_disable_current();
	kvm_lapic_set_irr(vector, apic);
	kcsan_enable_current();
	/* Orders the IRR before the request; pairs with kvm_check_request(). */
	kvm_make_request(KVM_REQ_EVENT, vcpu);

	return 1;
}

static int pvsched_post_by_base(struct kvm_vcpu *vcpu, u32 vector)
{
	struct kvm_lapic_irq irq = {
		.vector = vector,
		.delivery_mode = APIC_DM_FIXED,
		.level = 1,
	};

	return kvm_apic_set_irq(vcpu, &irq, NULL);
}

/*
 * Post an edge as the base does for a vCPU without APICv, which finds it in its IRR
 * once it is kicked. kvm_apic_set_irq() gets there through __apic_accept_irq() and the
 * vendor's deliver_interrupt(), which all are static or called through pointers; that
 * takes a third of the instructions of an IPI.
 *
 * The caller @me needs no kick: it does not enter again before it has seen the
 * request. A kick would mark it as exiting, see inject.c.
 */
static __always_inline int pvsched_post(struct kvm_vcpu *me, struct kvm_vcpu *vcpu, u32 vector)
{
	int sent;

	if (!pvsched_is_edge(vcpu->arch.apic, vector))
		return pvsched_post_by_base(vcpu, vector);

	sent = pvsched_set_irr(vcpu, vector);
	if (sent && vcpu != me)
		kvm_vcpu_kick(vcpu);

	return sent;
}

/**
 * pvsched_post_self() - Post an edge to the vCPU that runs, without a kick.
 * @vcpu:	the vCPU
 * @vector:	the interrupt
 *
 * Context: the vCPU's thread, IRQs off.
 * Return: false if that takes more, and nothing was done.
 */
bool pvsched_post_self(struct kvm_vcpu *vcpu, u32 vector)
{
	if (!pvsched_is_edge(vcpu->arch.apic, vector))
		return false;

	pvsched_set_irr(vcpu, vector);

	return true;
}

/* Send to the APIC IDs @first + n, n being the bits of @mask. */
static __always_inline int pvsched_deliver(struct kvm_vcpu *me, struct kvm_apic_map *map,
					   u32 first, u64 mask, u32 vector)
{
	struct kvm_vcpu *target;
	int sent = 0;

	for (; mask; mask &= mask - 1) {
		target = pvsched_lookup(map, (u64)first + __ffs64(mask));
		if (target)
			sent += pvsched_post(me, target, vector);
	}

	return sent;
}

/*
 * Virtual IPIs
 */
static __always_inline bool pvsched_is_fixed_edge(u32 icr)
{
	return (icr & (APIC_MODE_MASK | APIC_INT_LEVELTRIG)) == APIC_DM_FIXED;
}

static enum pvsched_fast_result pvsched_send(struct kvm_vcpu *vcpu, u64 icr)
{
	struct kvm_apic_map *map = pvsched_map(vcpu);
	bool physical = !(icr & APIC_DEST_LOGICAL);
	u32 dest = icr >> 32;

	/* IDs that are not unique, or a broadcast. */
	if (!map || dest == X2APIC_BROADCAST)
		return PVSCHED_SLOW_BOUND;

	/* With vCPUs in xAPIC mode, this may be a broadcast to those. */
	if (map->logical_mode != KVM_APIC_MODE_X2APIC &&
	    (!physical || dest == APIC_BROADCAST))
		return PVSCHED_SLOW_BOUND;

	pvsched_deliver(vcpu, map, physical ? dest : dest >> 16 << 4,
			physical ? 1 : dest & 0xffff, icr & APIC_VECTOR_MASK);

	return PVSCHED_HANDLED;
}

/*
 * The last step of kvm_x2apic_icr_write(), whose first one is to send the IPI. The
 * two are not functions of their own, and the setters of lapic.c are local to it.
 */
static void pvsched_set_icr(struct kvm_lapic *apic, u64 data)
{
	if (kvm_x86_ops.x2apic_icr_is_split) {
		*(u32 *)(apic->regs + APIC_ICR) = data;
		*(u32 *)(apic->regs + APIC_ICR2) = data >> 32;
	} else {
		*(u64 *)(apic->regs + APIC_ICR) = data;
	}
}

static enum pvsched_fast_result pvsched_write_icr(struct kvm_vcpu *vcpu)
{
	u64 data = kvm_read_edx_eax(vcpu);
	enum pvsched_fast_result result = PVSCHED_HANDLED;

	if (data & PVSCHED_ICR_RESERVED)
		return PVSCHED_SLOW_INVALID;

	if (!pvsched_is_fixed_edge(data))
		return PVSCHED_SLOW_MODE;

	if ((data & APIC_SHORT_MASK) == APIC_DEST_SELF)
		pvsched_post(vcpu, vcpu, data & APIC_VECTOR_MASK);
	else if ((data & APIC_SHORT_MASK) == APIC_DEST_NOSHORT)
		result = pvsched_send(vcpu, data);
	else
		result = PVSCHED_SLOW_BOUND;

	if (result == PVSCHED_HANDLED) {
		trace_kvm_apic_ipi((u32)data, data >> 32);
		pvsched_set_icr(vcpu->arch.apic, data & ~APIC_ICR_BUSY);
	}

	return result;
}

static enum pvsched_fast_result pvsched_write_self_ipi(struct kvm_vcpu *vcpu)
{
	u64 data = kvm_read_edx_eax(vcpu);

	if (data & ~(u64)APIC_VECTOR_MASK)
		return PVSCHED_SLOW_INVALID;

	trace_kvm_apic_ipi(APIC_DEST_SELF | (u32)data, 0);
	pvsched_post(vcpu, vcpu, data);

	return PVSCHED_HANDLED;
}

static enum pvsched_fast_result pvsched_send_ipi(struct kvm_vcpu *vcpu)
{
	u64 low = kvm_rbx_read_raw(vcpu), high = kvm_rcx_read_raw(vcpu);
	unsigned long icr = kvm_rsi_read_raw(vcpu);
	struct kvm_apic_map *map = pvsched_map(vcpu);
	u32 first = kvm_rdx_read_raw(vcpu);
	u32 vector = icr & APIC_VECTOR_MASK;
	int sent;

	if (!map || !guest_pv_has(vcpu, KVM_FEATURE_PV_SEND_IPI) ||
	    (icr & (APIC_DEST_MASK | APIC_SHORT_MASK)))
		return PVSCHED_SLOW_INVALID;

	if (!pvsched_is_fixed_edge(icr))
		return PVSCHED_SLOW_MODE;

	sent = pvsched_deliver(vcpu, map, first, low, vector);
	if (unlikely(high))
		sent += pvsched_deliver(vcpu, map, first + 64, high, vector);
	kvm_rax_write_raw(vcpu, sent);

	return PVSCHED_HANDLED;
}

/*
 * The TSC-deadline timer
 */

/*
 * Is it certain that the hrtimer's callback runs nowhere while IRQs are off?
 * Only this CPU runs what is in its queue, and a timer that is in none was last
 * in that of its base. The vCPU alone starts the timer, so the base stays.
 */
static __always_inline bool pvsched_timer_is_here(struct kvm_timer *timer)
{
	return READ_ONCE(timer->timer.base)->cpu_base->cpu == smp_processor_id();
}

/*
 * As kvm_set_lapic_tscdeadline_msr() does without a hardware timer, but do not cancel
 * the hrtimer first, which takes its lock once more: to start it takes it out of its
 * queue as well. What follows the cancelling in the base, start_sw_tscdeadline(), is
 * shared.
 */
static __always_inline bool pvsched_restart_deadline(struct kvm_lapic *apic, u64 deadline)
{
	struct kvm_timer *timer = &apic->lapic_timer;

	if (kvm_x86_ops.set_hv_timer || !deadline ||
	    timer->timer_mode != APIC_LVT_TIMER_TSCDEADLINE || !kvm_apic_hw_enabled(apic) ||
	    apic->apicv_active || !pvsched_timer_is_here(timer))
		return false;

	timer->tscdeadline = deadline;
	atomic_set(&timer->pending, 0);
	start_sw_tscdeadline(apic);
	/* It has passed, and what was queued before still is. */
	if (unlikely(atomic_read(&timer->pending)))
		hrtimer_cancel(&timer->timer);
	trace_kvm_hv_timer_state(apic->vcpu->vcpu_id, false);

	return true;
}

static enum pvsched_fast_result pvsched_write_deadline(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic = vcpu->arch.apic;
	u64 deadline = kvm_read_edx_eax(vcpu);

	if (pvsched_restart_deadline(apic, deadline))
		return PVSCHED_HANDLED;

	/*
	 * Arming cancels the hrtimer, which waits for a callback that runs on another
	 * CPU. It then waits at most for a callback that starts after this check.
	 */
	if (hrtimer_callback_running(&apic->lapic_timer.timer))
		return PVSCHED_SLOW_BUSY;

	kvm_set_lapic_tscdeadline_msr(vcpu, deadline);

	return PVSCHED_HANDLED;
}

/*
 * Yields
 */
struct pvsched_tally {
	u64 self, absent, idle;
};

/* Count the targets, up to one that waits for a CPU: then return false. */
static __always_inline bool pvsched_none_waits(struct kvm_vcpu *caller,
					       struct kvm_apic_map *map, u64 first,
					       u64 mask, struct pvsched_tally *tally)
{
	struct kvm_vcpu *target;

	for (; mask; mask &= mask - 1) {
		target = pvsched_lookup(map, first + __ffs64(mask));
		if (!target)
			tally->absent++;
		else if (target == caller)
			tally->self++;
		else if (!READ_ONCE(target->ready))
			tally->idle++;
		else
			return false;
	}

	return true;
}

static __always_inline void pvsched_count_tally(struct kvm_vcpu *vcpu, u32 reason,
				const struct pvsched_tally *tally)
{
	struct kvm_vcpu_stat *stat = &vcpu->stat;

	stat->pvsched_yield_asked++;
	stat->pvsched_yield_refused_self += tally->self;
	stat->pvsched_yield_refused_absent += tally->absent;
	stat->pvsched_yield_refused_idle += tally->idle;
	trace_pvsched_yield(vcpu->vcpu_id, reason,
			    tally->self + tally->absent + tally->idle, 0);
}

/* What pvsched_hc_yield() does when no target waits. */
static enum pvsched_fast_result pvsched_empty_yield(struct kvm_vcpu *vcpu)
{
	unsigned long first = kvm_rdx_read_raw(vcpu), reason = kvm_rsi_read_raw(vcpu);
	u64 low = kvm_rbx_read_raw(vcpu), high = kvm_rcx_read_raw(vcpu);
	struct kvm_apic_map *map = pvsched_map(vcpu);
	struct pvsched_tally tally = { };

	if (!map || !pvsched_advertised(vcpu, PVSCHED_FEATURE_YIELD) || !READ_ONCE(pvsched_yield) ||
	    pvsched_yield_is_invalid(first, reason))
		return PVSCHED_SLOW_INVALID;

	/* Without a target the host chooses one, see pvsched_hc_yield(). */
	if (!(low | high) && READ_ONCE(pvsched_boost))
		return PVSCHED_SLOW_WAITING;

	if (!pvsched_none_waits(vcpu, map, first, low, &tally) ||
	    (unlikely(high) && !pvsched_none_waits(vcpu, map, first + 64, high, &tally)))
		return PVSCHED_SLOW_WAITING;

	pvsched_count_tally(vcpu, reason, &tally);
	kvm_rax_write_raw(vcpu, 0);

	return PVSCHED_HANDLED;
}

/* The base's own yield gives nothing, alone on its CPU, but with the boost it does. */
static enum pvsched_fast_result pvsched_empty_sched_yield(struct kvm_vcpu *vcpu)
{
	struct kvm_apic_map *map = pvsched_map(vcpu);
	struct kvm_vcpu *target;

	if (!guest_pv_has(vcpu, KVM_FEATURE_PV_SCHED_YIELD))
		return PVSCHED_SLOW_INVALID;

	target = map ? pvsched_lookup(map, kvm_rbx_read_raw(vcpu)) : NULL;
	if (target && target != vcpu && READ_ONCE(target->ready) &&
	    (READ_ONCE(pvsched_boost) || !single_task_running()))
		return PVSCHED_SLOW_WAITING;

	vcpu->stat.directed_yield_attempted++;
	kvm_rax_write_raw(vcpu, 0);

	return PVSCHED_HANDLED;
}

/*
 * The dispatcher
 */
static __always_inline bool pvsched_apic_fits(struct kvm_vcpu *vcpu, u32 needs)
{
	if (!lapic_in_kernel(vcpu))
		return false;

	if ((needs & PVSCHED_NEEDS_X2APIC) && !apic_x2apic_mode(vcpu->arch.apic))
		return false;

	return !(needs & PVSCHED_NEEDS_NO_APICV) || !vcpu->arch.apic->apicv_active;
}

/*
 * Is it KVM's own hypercall, from ring 0? What is said in less than 32 bits
 * means the same in every mode; more than that does in 64-bit mode only.
 */
static __always_inline bool pvsched_caller_fits(struct kvm_vcpu *vcpu)
{
	unsigned long args;

	if (vcpu->arch.guest_state_protected || kvm_rax_read_raw(vcpu) > U32_MAX)
		return false;

	if (kvm_xen_hypercall_enabled(vcpu->kvm) || kvm_hv_hypercall_enabled(vcpu))
		return false;

	if (kvm_x86_call(get_cpl)(vcpu))
		return false;

	args = kvm_rbx_read_raw(vcpu) | kvm_rdx_read_raw(vcpu) | kvm_rsi_read_raw(vcpu);

	return (args <= U32_MAX && !kvm_rcx_read_raw(vcpu)) || is_64_bit_mode(vcpu);
}

/* Single-stepping shows the end of the instruction, which only the base does. */
static bool pvsched_is_stepped(struct kvm_vcpu *vcpu)
{
	return (vcpu->guest_debug & KVM_GUESTDBG_SINGLESTEP) ||
	       (kvm_x86_call(get_rflags)(vcpu) & X86_EFLAGS_TF);
}

static __always_inline enum pvsched_fast_result pvsched_check(struct kvm_vcpu *vcpu, u32 needs)
{
	if (pvsched_is_stepped(vcpu) || !pvsched_pmu_allows(vcpu))
		return PVSCHED_SLOW_DEBUG;

	if ((needs & PVSCHED_NEEDS_LAPIC) && !pvsched_apic_fits(vcpu, needs))
		return PVSCHED_SLOW_APIC;

	/*
	 * QEMU filters an MSR, but not this one. Without any filter, save the SRCU
	 * section: a new filter is installed before this vCPU is kicked out of the
	 * guest.
	 */
	if ((needs & PVSCHED_NEEDS_NO_FILTER) &&
	    rcu_access_pointer(vcpu->kvm->arch.msr_filter) &&
	    !kvm_msr_allowed(vcpu, kvm_rcx_read_raw(vcpu), KVM_MSR_FILTER_WRITE))
		return PVSCHED_SLOW_FILTER;

	if ((needs & PVSCHED_NEEDS_KVM_CALL) && !pvsched_caller_fits(vcpu))
		return PVSCHED_SLOW_CALLER;

	return PVSCHED_HANDLED;
}

/* Resolved when compiled: the kind is a constant wherever this is used. */
static __always_inline enum pvsched_fast_result pvsched_handle(struct kvm_vcpu *vcpu,
							       enum pvsched_fast_kind kind)
{
	switch (kind) {
	case PVSCHED_FAST_ICR:
		return pvsched_write_icr(vcpu);
	case PVSCHED_FAST_SELF_IPI:
		return pvsched_write_self_ipi(vcpu);
	case PVSCHED_FAST_SEND_IPI:
		return pvsched_send_ipi(vcpu);
	case PVSCHED_FAST_DEADLINE:
		return pvsched_write_deadline(vcpu);
	case PVSCHED_FAST_YIELD:
		return pvsched_empty_yield(vcpu);
	case PVSCHED_FAST_SCHED_YIELD:
		return pvsched_empty_sched_yield(vcpu);
	default:
		return PVSCHED_SLOW_INVALID;
	}
}

/* Needs no look at guest memory: the next RIP is known. */
static __always_inline void pvsched_skip(struct kvm_vcpu *vcpu)
{
	kvm_x86_call(skip_emulated_instruction)(vcpu);
	pvsched_pmu_retired(vcpu);
}

/*
 * Enter again from the vendor's run function, and so leave out what the inner run
 * loop does between two entries of a vCPU to which nothing happened. With tracing
 * on take the loop, which shows every entry.
 */
static __always_inline fastpath_t pvsched_reenter(struct kvm_vcpu *vcpu)
{
	xfer_to_guest_mode_prepare();
	/* Pairs with the barrier in kvm_vcpu_exiting_guest_mode(), as in the loop. */
	if (READ_ONCE(vcpu->mode) != IN_GUEST_MODE || kvm_request_pending(vcpu) ||
	    xfer_to_guest_mode_work_pending())
		return EXIT_FASTPATH_REENTER_GUEST;

	if (kvm_vcpu_apicv_active(vcpu) || trace_kvm_entry_enabled())
		return EXIT_FASTPATH_REENTER_GUEST;

	return EXIT_FASTPATH_ENTER_AGAIN;
}

/* Handle an exit whose kind is switched on, or leave it as it is. */
static __always_inline fastpath_t pvsched_dispatch(struct kvm_vcpu *vcpu,
						   enum pvsched_fast_kind kind)
{
	enum pvsched_fast_result result;

	result = pvsched_check(vcpu, pvsched_fast_handlers[kind].needs);
	if (result == PVSCHED_HANDLED)
		result = pvsched_handle(vcpu, kind);

	trace_pvsched_fast(vcpu->vcpu_id, kind, result);
	if (result != PVSCHED_HANDLED) {
		pvsched_stat_inc(vcpu, pvsched_slow_counters[result]);
		return EXIT_FASTPATH_NONE;
	}

	pvsched_stat_inc(vcpu, pvsched_fast_handlers[kind].handled);
	pvsched_skip(vcpu);

	return pvsched_reenter(vcpu);
}

static __always_inline fastpath_t pvsched_wrmsr(struct kvm_vcpu *vcpu,
						enum pvsched_fast_kind kind)
{
	fastpath_t ret;

	if (!READ_ONCE(*pvsched_fast_handlers[kind].on))
		return pvsched_base_wrmsr(vcpu);

	ret = pvsched_dispatch(vcpu, kind);
	if (trace_kvm_msr_enabled() && ret != EXIT_FASTPATH_NONE)
		trace_kvm_msr_write(kvm_rcx_read_raw(vcpu), kvm_read_edx_eax(vcpu));

	return ret;
}

/* One function for each kind: inlined into one, each would save all registers. */
static noinline fastpath_t pvsched_wrmsr_icr(struct kvm_vcpu *vcpu)
{
	fastpath_t ret = pvsched_wrmsr(vcpu, PVSCHED_FAST_ICR);

	/* The base handles some that pvsched does not, as with APICv. */
	return ret == EXIT_FASTPATH_NONE ? pvsched_base_wrmsr(vcpu) : ret;
}

static noinline fastpath_t pvsched_wrmsr_self_ipi(struct kvm_vcpu *vcpu)
{
	return pvsched_wrmsr(vcpu, PVSCHED_FAST_SELF_IPI);
}

static noinline fastpath_t pvsched_wrmsr_deadline(struct kvm_vcpu *vcpu)
{
	return pvsched_wrmsr(vcpu, PVSCHED_FAST_DEADLINE);
}

/**
 * pvsched_fast_wrmsr() - Handle a WRMSR, by pvsched or as the base does.
 * @vcpu:	a vCPU that left L1 because of the WRMSR in its registers, and
 *		whose next RIP is known
 *
 * Context: right after the exit, IRQs off, no SRCU.
 * Return: what the run loop is to do.
 */
fastpath_t pvsched_fast_wrmsr(struct kvm_vcpu *vcpu)
{
	switch ((u32)kvm_rcx_read_raw(vcpu)) {
	case PVSCHED_MSR_ICR:
		return pvsched_wrmsr_icr(vcpu);
	case PVSCHED_MSR_SELF_IPI:
		return pvsched_wrmsr_self_ipi(vcpu);
	case MSR_IA32_TSC_DEADLINE:
		return pvsched_wrmsr_deadline(vcpu);
	default:
		return pvsched_base_wrmsr(vcpu);
	}
}
EXPORT_SYMBOL_GPL(pvsched_fast_wrmsr);

static __always_inline bool pvsched_is_bounded(struct kvm_vcpu *vcpu)
{
	return hweight64(kvm_rbx_read_raw(vcpu)) + hweight64(kvm_rcx_read_raw(vcpu)) <=
	       PVSCHED_FAST_TARGETS;
}

static __always_inline fastpath_t pvsched_hypercall(struct kvm_vcpu *vcpu,
						    enum pvsched_fast_kind kind, u32 nr)
{
	fastpath_t ret;

	if (!READ_ONCE(*pvsched_fast_handlers[kind].on))
		return EXIT_FASTPATH_NONE;

	/* A userspace that asked for a hypercall's exits gets them all. */
	if (nr < 32 && (vcpu->kvm->arch.hypercall_exit_enabled & BIT(nr)))
		return EXIT_FASTPATH_NONE;

	/* First of all: do not make an exit longer that the base handles anyway. */
	if (kind == PVSCHED_FAST_SEND_IPI && !pvsched_is_bounded(vcpu)) {
		vcpu->stat.pvsched_slow_bound++;
		return EXIT_FASTPATH_NONE;
	}

	ret = pvsched_dispatch(vcpu, kind);
	if (ret == EXIT_FASTPATH_NONE)
		return ret;

	/* With tracing off, do not read the arguments either. */
	if (trace_kvm_hypercall_enabled())
		trace_kvm_hypercall(nr, kvm_rbx_read_raw(vcpu), kvm_rcx_read_raw(vcpu),
				    kvm_rdx_read_raw(vcpu), kvm_rsi_read_raw(vcpu));
	++vcpu->stat.hypercalls;

	return ret;
}

static noinline fastpath_t pvsched_hypercall_send_ipi(struct kvm_vcpu *vcpu)
{
	return pvsched_hypercall(vcpu, PVSCHED_FAST_SEND_IPI, KVM_HC_SEND_IPI);
}

static noinline fastpath_t pvsched_hypercall_sched_yield(struct kvm_vcpu *vcpu)
{
	return pvsched_hypercall(vcpu, PVSCHED_FAST_SCHED_YIELD, KVM_HC_SCHED_YIELD);
}

static noinline fastpath_t pvsched_hypercall_yield(struct kvm_vcpu *vcpu)
{
	return pvsched_hypercall(vcpu, PVSCHED_FAST_YIELD, KVM_HC_PVSCHED_YIELD);
}

/**
 * pvsched_fast_hypercall() - Handle a hypercall.
 * @vcpu:	a vCPU that left L1 because of a VMCALL or VMMCALL, and whose
 *		next RIP is known
 *
 * Context: right after the exit, IRQs off, no SRCU.
 * Return: what the run loop is to do.
 */
fastpath_t pvsched_fast_hypercall(struct kvm_vcpu *vcpu)
{
	/* Outside 64-bit mode the upper half of the number means nothing. */
	switch ((u32)kvm_rax_read_raw(vcpu)) {
	case KVM_HC_SEND_IPI:
		return pvsched_hypercall_send_ipi(vcpu);
	case KVM_HC_SCHED_YIELD:
		return pvsched_hypercall_sched_yield(vcpu);
	case KVM_HC_PVSCHED_YIELD:
		return pvsched_hypercall_yield(vcpu);
	default:
		return EXIT_FASTPATH_NONE;
	}
}
EXPORT_SYMBOL_GPL(pvsched_fast_hypercall);
