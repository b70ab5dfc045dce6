// SPDX-License-Identifier: GPL-2.0
/*
 * Exits answered before interrupts are enabled.
 *
 * The vendor's dispatcher runs right after an exit, with interrupts off and
 * outside KVM's SRCU section. What is answered there re-enters the guest at
 * once; everything else goes the long way through the run loop. Here a table
 * names the kinds of exits that are answered, each with its preconditions. An
 * exit is matched to a kind, checked, answered, and then completed in one
 * place: the instruction is skipped, the exit counted and traced.
 *
 * Whatever is not certain to be short and not to sleep is left to the base,
 * with nothing done yet. The work with interrupts off is bounded by
 * PVSCHED_FAST_TARGETS interrupts for an IPI and PVSCHED_YIELD_MAX_TARGETS
 * looks at a vCPU for a yield, however many vCPUs there are.
 *
 * RCU waits for sections with interrupts off as for readers, so that the APIC
 * map is read without more ado.
 */
#include <linux/entry-kvm.h>
#include <linux/kvm_host.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "cpuid.h"
#include "internal.h"
#include "irq.h"
#include "lapic.h"
#include "pmu.h"
#include "x86.h"
#include "xen.h"
#include "trace.h"
/* That of KVM itself, in the directory above. */
#include <trace.h>

/* Interrupts that one exit may send: an x2APIC cluster. */
#define PVSCHED_FAST_TARGETS	16

#define PVSCHED_MSR_ICR		(APIC_BASE_MSR + (APIC_ICR >> 4))
#define PVSCHED_MSR_SELF_IPI	(APIC_BASE_MSR + (APIC_SELF_IPI >> 4))

/* Reserved in x2APIC mode; the busy bit is not, the base clears it. */
#define PVSCHED_ICR_RESERVED	(GENMASK_ULL(31, 20) | GENMASK_ULL(17, 16) | BIT(13))

bool pvsched_fast_ipi __read_mostly = true;
module_param(pvsched_fast_ipi, bool, 0644);
MODULE_PARM_DESC(pvsched_fast_ipi, "Send virtual IPIs before interrupts are enabled (default: Y)");

bool pvsched_fast_timer __read_mostly = true;
module_param(pvsched_fast_timer, bool, 0644);
MODULE_PARM_DESC(pvsched_fast_timer, "Arm the TSC-deadline timer before interrupts are enabled (default: Y)");

static bool pvsched_fast_yield __read_mostly = true;
module_param(pvsched_fast_yield, bool, 0644);
MODULE_PARM_DESC(pvsched_fast_yield, "Answer yields with nothing to do before interrupts are enabled (default: Y)");

/* What a kind needs of its vCPU. */
#define PVSCHED_NEEDS_LAPIC	BIT(0)	/* in the kernel */
#define PVSCHED_NEEDS_X2APIC	BIT(1)
#define PVSCHED_NEEDS_NO_APICV	BIT(2)	/* hardware that sends IPIs is faster */
#define PVSCHED_NEEDS_NO_FILTER	BIT(3)	/* of this MSR; those of the x2APIC have none */
#define PVSCHED_NEEDS_KVM_CALL	BIT(4)	/* hypercalls are KVM's own */

#define PVSCHED_NEEDS_IPI	(PVSCHED_NEEDS_LAPIC | PVSCHED_NEEDS_NO_APICV)
#define PVSCHED_NEEDS_ICR	(PVSCHED_NEEDS_IPI | PVSCHED_NEEDS_X2APIC)

#define PVSCHED_KIND(kind, on, needs)					\
	{ &pvsched_fast_##on, needs, offsetof(struct kvm_vcpu_stat, pvsched_fast_##kind) }

static const struct pvsched_kind {
	bool *on;
	u32 needs;
	u32 taken;			/* offset in struct kvm_vcpu_stat */
} pvsched_kinds[] = {
	[PVSCHED_FAST_ICR]	= PVSCHED_KIND(icr, ipi, PVSCHED_NEEDS_ICR),
	[PVSCHED_FAST_SELF_IPI]	= PVSCHED_KIND(self_ipi, ipi, PVSCHED_NEEDS_ICR),
	[PVSCHED_FAST_SEND_IPI]	= PVSCHED_KIND(send_ipi, ipi, PVSCHED_NEEDS_IPI |
					       PVSCHED_NEEDS_KVM_CALL),
	[PVSCHED_FAST_DEADLINE]	= PVSCHED_KIND(deadline, timer, PVSCHED_NEEDS_LAPIC |
					       PVSCHED_NEEDS_NO_FILTER),
	[PVSCHED_FAST_YIELD]	= PVSCHED_KIND(yield, yield, PVSCHED_NEEDS_KVM_CALL),
	[PVSCHED_FAST_SCHED_YIELD] = PVSCHED_KIND(sched_yield, yield, PVSCHED_NEEDS_KVM_CALL),
};

#define PVSCHED_REASON(reason)		offsetof(struct kvm_vcpu_stat, pvsched_slow_##reason)

static const u32 pvsched_reasons[] = {
	[PVSCHED_LEFT_DEBUG]	= PVSCHED_REASON(debug),
	[PVSCHED_LEFT_CALLER]	= PVSCHED_REASON(caller),
	[PVSCHED_LEFT_APIC]	= PVSCHED_REASON(apic),
	[PVSCHED_LEFT_FILTER]	= PVSCHED_REASON(filter),
	[PVSCHED_LEFT_INVALID]	= PVSCHED_REASON(invalid),
	[PVSCHED_LEFT_MODE]	= PVSCHED_REASON(mode),
	[PVSCHED_LEFT_BOUND]	= PVSCHED_REASON(bound),
	[PVSCHED_LEFT_BUSY]	= PVSCHED_REASON(busy),
	[PVSCHED_LEFT_WAITING]	= PVSCHED_REASON(waiting),
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

/*
 * Post an interrupt as the base does for a vCPU without APICv: an edge that
 * the vCPU finds in its IRR once it is kicked.
 */
static __always_inline int pvsched_post(struct kvm_vcpu *vcpu, struct kvm_lapic_irq *irq)
{
	struct kvm_lapic *apic = vcpu->arch.apic;
	u32 vector = irq->vector;

	if (irq->trig_mode || apic->apicv_active ||
	    test_bit(VEC_POS(vector), apic->regs + APIC_TMR + REG_POS(vector)))
		return kvm_apic_set_irq(vcpu, irq, NULL);

	trace_kvm_apic_accept_irq(vcpu->vcpu_id, APIC_DM_FIXED, 0, vector);
	if (!kvm_apic_sw_enabled(apic) || !kvm_apic_hw_enabled(apic))
		return 0;

	kvm_lapic_set_irr(vector, apic);
	/* Orders the IRR before the request; pairs with kvm_check_request(). */
	kvm_make_request(KVM_REQ_EVENT, vcpu);
	kvm_vcpu_kick(vcpu);

	return 1;
}

/* Send to the APIC IDs @first + n, n being the bits of @mask. */
static __always_inline int pvsched_deliver(struct kvm_apic_map *map, u32 first, u64 mask,
					   struct kvm_lapic_irq *irq)
{
	struct kvm_vcpu *target;
	int sent = 0;

	for (; mask; mask &= mask - 1) {
		target = pvsched_lookup(map, (u64)first + __ffs64(mask));
		if (target)
			sent += pvsched_post(target, irq);
	}

	return sent;
}

/*
 * Virtual IPIs
 */
static enum pvsched_left pvsched_send(struct kvm_vcpu *vcpu, struct kvm_lapic_irq *irq)
{
	struct kvm_apic_map *map = pvsched_map(vcpu);
	bool physical = irq->dest_mode == APIC_DEST_PHYSICAL;
	u32 dest = irq->dest_id;

	/* A broadcast, or IDs that are not unique. */
	if (!map || dest == X2APIC_BROADCAST)
		return PVSCHED_LEFT_BOUND;

	/* Some vCPUs are in xAPIC mode, to which this may be a broadcast. */
	if (map->logical_mode != KVM_APIC_MODE_X2APIC &&
	    (!physical || dest == APIC_BROADCAST))
		return PVSCHED_LEFT_BOUND;

	pvsched_deliver(map, physical ? dest : dest >> 16 << 4,
			physical ? 1 : dest & 0xffff, irq);

	return PVSCHED_TAKEN;
}

static void pvsched_set_icr(struct kvm_lapic *apic, u64 data)
{
	if (kvm_x86_ops.x2apic_icr_is_split) {
		*(u32 *)(apic->regs + APIC_ICR) = data;
		*(u32 *)(apic->regs + APIC_ICR2) = data >> 32;
	} else {
		*(u64 *)(apic->regs + APIC_ICR) = data;
	}
}

static enum pvsched_left pvsched_write_icr(struct kvm_vcpu *vcpu)
{
	u64 data = kvm_read_edx_eax(vcpu);
	struct kvm_lapic_irq irq = {
		.vector = data & APIC_VECTOR_MASK,
		.delivery_mode = APIC_DM_FIXED,
		.dest_mode = data & APIC_DEST_MASK,
		.level = (data & APIC_INT_ASSERT) != 0,
		.trig_mode = data & APIC_INT_LEVELTRIG,
		.dest_id = data >> 32,
	};
	enum pvsched_left left = PVSCHED_TAKEN;

	if (data & PVSCHED_ICR_RESERVED)
		return PVSCHED_LEFT_INVALID;

	if ((data & APIC_MODE_MASK) != APIC_DM_FIXED)
		return PVSCHED_LEFT_MODE;

	if ((data & APIC_SHORT_MASK) == APIC_DEST_SELF)
		pvsched_post(vcpu, &irq);
	else if ((data & APIC_SHORT_MASK) == APIC_DEST_NOSHORT)
		left = pvsched_send(vcpu, &irq);
	else
		left = PVSCHED_LEFT_BOUND;

	if (left == PVSCHED_TAKEN) {
		trace_kvm_apic_ipi((u32)data, irq.dest_id);
		pvsched_set_icr(vcpu->arch.apic, data & ~APIC_ICR_BUSY);
	}

	return left;
}

static enum pvsched_left pvsched_write_self_ipi(struct kvm_vcpu *vcpu)
{
	u64 data = kvm_read_edx_eax(vcpu);
	struct kvm_lapic_irq irq = {
		.vector = data,
		.delivery_mode = APIC_DM_FIXED,
	};

	if (data & ~(u64)APIC_VECTOR_MASK)
		return PVSCHED_LEFT_INVALID;

	trace_kvm_apic_ipi(APIC_DEST_SELF | (u32)data, 0);
	pvsched_post(vcpu, &irq);

	return PVSCHED_TAKEN;
}

static enum pvsched_left pvsched_send_ipi(struct kvm_vcpu *vcpu)
{
	u64 low = kvm_rbx_read(vcpu), high = kvm_rcx_read(vcpu);
	unsigned long icr = kvm_rsi_read(vcpu);
	struct kvm_apic_map *map = pvsched_map(vcpu);
	u32 first = kvm_rdx_read(vcpu);
	struct kvm_lapic_irq irq = {
		.vector = icr & APIC_VECTOR_MASK,
		.delivery_mode = APIC_DM_FIXED,
		.level = (icr & APIC_INT_ASSERT) != 0,
		.trig_mode = icr & APIC_INT_LEVELTRIG,
	};
	int sent;

	if (!map || !guest_pv_has(vcpu, KVM_FEATURE_PV_SEND_IPI) ||
	    (icr & (APIC_DEST_MASK | APIC_SHORT_MASK)))
		return PVSCHED_LEFT_INVALID;

	if ((icr & APIC_MODE_MASK) != APIC_DM_FIXED)
		return PVSCHED_LEFT_MODE;

	sent = pvsched_deliver(map, first, low, &irq);
	if (unlikely(high))
		sent += pvsched_deliver(map, first + 64, high, &irq);
	kvm_rax_write(vcpu, sent);

	return PVSCHED_TAKEN;
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
 * As kvm_set_lapic_tscdeadline_msr() does without a hardware timer, but for the
 * cancelling: to start the hrtimer takes it out of its queue, too.
 */
static __always_inline bool pvsched_restart_deadline(struct kvm_lapic *apic, u64 deadline)
{
	struct kvm_timer *timer = &apic->lapic_timer;

	if (kvm_x86_ops.set_hv_timer || !deadline || timer->timer_mode != APIC_LVT_TIMER_TSCDEADLINE ||
	    !kvm_apic_hw_enabled(apic) || apic->apicv_active || !pvsched_timer_is_here(timer))
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

static enum pvsched_left pvsched_write_deadline(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic = vcpu->arch.apic;
	u64 deadline = kvm_read_edx_eax(vcpu);

	if (pvsched_restart_deadline(apic, deadline))
		return PVSCHED_TAKEN;

	/*
	 * Arming cancels the hrtimer, which waits for a callback that runs on
	 * another CPU. One that starts after this look is all it may wait for.
	 */
	if (hrtimer_callback_running(&apic->lapic_timer.timer))
		return PVSCHED_LEFT_BUSY;

	kvm_set_lapic_tscdeadline_msr(vcpu, deadline);

	return PVSCHED_TAKEN;
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

static __always_inline void pvsched_settle_empty(struct kvm_vcpu *vcpu, u32 reason,
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

/* What pvsched_hc_yield() answers when no target waits. */
static enum pvsched_left pvsched_answer_yield(struct kvm_vcpu *vcpu)
{
	unsigned long first = kvm_rdx_read(vcpu), reason = kvm_rsi_read(vcpu);
	u64 low = kvm_rbx_read(vcpu), high = kvm_rcx_read(vcpu);
	struct kvm_apic_map *map = pvsched_map(vcpu);
	struct pvsched_tally tally = { };

	if (!map || !pvsched_advertised(vcpu, PVSCHED_FEATURE_YIELD) || !READ_ONCE(pvsched_yield) ||
	    first > U32_MAX || !is_power_of_2(reason) || (reason & ~PVSCHED_YIELD_REASONS))
		return PVSCHED_LEFT_INVALID;

	if (!pvsched_none_waits(vcpu, map, first, low, &tally) ||
	    (unlikely(high) && !pvsched_none_waits(vcpu, map, first + 64, high, &tally)))
		return PVSCHED_LEFT_WAITING;

	pvsched_settle_empty(vcpu, reason, &tally);
	kvm_rax_write(vcpu, 0);

	return PVSCHED_TAKEN;
}

/* The base's own yield gives nothing when the caller is alone on its CPU. */
static enum pvsched_left pvsched_answer_sched_yield(struct kvm_vcpu *vcpu)
{
	struct kvm_apic_map *map = pvsched_map(vcpu);
	struct kvm_vcpu *target;

	if (!guest_pv_has(vcpu, KVM_FEATURE_PV_SCHED_YIELD))
		return PVSCHED_LEFT_INVALID;

	target = map ? pvsched_lookup(map, kvm_rbx_read(vcpu)) : NULL;
	if (target && target != vcpu && READ_ONCE(target->ready) && !single_task_running())
		return PVSCHED_LEFT_WAITING;

	vcpu->stat.directed_yield_attempted++;
	kvm_rax_write(vcpu, 0);

	return PVSCHED_TAKEN;
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

	if (vcpu->arch.guest_state_protected || kvm_rax_read(vcpu) > U32_MAX)
		return false;

	if (kvm_xen_hypercall_enabled(vcpu->kvm) || kvm_hv_hypercall_enabled(vcpu))
		return false;

	if (kvm_x86_call(get_cpl)(vcpu))
		return false;

	args = kvm_rbx_read(vcpu) | kvm_rdx_read(vcpu) | kvm_rsi_read(vcpu);

	return (args <= U32_MAX && !kvm_rcx_read(vcpu)) || is_64_bit_mode(vcpu);
}

/* Whoever single-steps wants to see the instruction end. */
static bool pvsched_is_stepped(struct kvm_vcpu *vcpu)
{
	return (vcpu->guest_debug & KVM_GUESTDBG_SINGLESTEP) ||
	       (kvm_x86_call(get_rflags)(vcpu) & X86_EFLAGS_TF);
}

static __always_inline enum pvsched_left pvsched_check(struct kvm_vcpu *vcpu, u32 needs)
{
	if (pvsched_is_stepped(vcpu))
		return PVSCHED_LEFT_DEBUG;

	if ((needs & PVSCHED_NEEDS_LAPIC) && !pvsched_apic_fits(vcpu, needs))
		return PVSCHED_LEFT_APIC;

	/*
	 * QEMU filters an MSR, but not this one; without a filter, spare the
	 * section of SRCU. A new filter is installed before this vCPU is kicked
	 * out of the guest.
	 */
	if ((needs & PVSCHED_NEEDS_NO_FILTER) &&
	    rcu_access_pointer(vcpu->kvm->arch.msr_filter) &&
	    !kvm_msr_allowed(vcpu, kvm_rcx_read(vcpu), KVM_MSR_FILTER_WRITE))
		return PVSCHED_LEFT_FILTER;

	if ((needs & PVSCHED_NEEDS_KVM_CALL) && !pvsched_caller_fits(vcpu))
		return PVSCHED_LEFT_CALLER;

	return PVSCHED_TAKEN;
}

/* Resolved when compiled: the kind is a constant wherever this is used. */
static __always_inline enum pvsched_left pvsched_answer(struct kvm_vcpu *vcpu,
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
		return pvsched_answer_yield(vcpu);
	case PVSCHED_FAST_SCHED_YIELD:
		return pvsched_answer_sched_yield(vcpu);
	default:
		return PVSCHED_LEFT_INVALID;
	}
}

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

/* Needs no look at guest memory: the next RIP is known. */
static __always_inline void pvsched_skip(struct kvm_vcpu *vcpu)
{
	kvm_x86_call(skip_emulated_instruction)(vcpu);
	if (unlikely(pvsched_pmu_counts(vcpu)))
		pvsched_pmu_retire(vcpu);
}

/*
 * The short way in leaves out what the inner run loop does between two entries
 * of a vCPU to which nothing happened. Tracing shows every entry.
 */
static __always_inline fastpath_t pvsched_way_in(struct kvm_vcpu *vcpu)
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

/* Answer an exit whose kind is on, or leave it untouched. */
static __always_inline fastpath_t pvsched_dispatch(struct kvm_vcpu *vcpu,
						   enum pvsched_fast_kind kind)
{
	enum pvsched_left left;

	left = pvsched_check(vcpu, pvsched_kinds[kind].needs);
	if (left == PVSCHED_TAKEN)
		left = pvsched_answer(vcpu, kind);

	trace_pvsched_fast(vcpu->vcpu_id, kind, left);
	if (left != PVSCHED_TAKEN) {
		pvsched_stat_inc(vcpu, pvsched_reasons[left]);
		return EXIT_FASTPATH_NONE;
	}

	pvsched_stat_inc(vcpu, pvsched_kinds[kind].taken);
	pvsched_skip(vcpu);

	return pvsched_way_in(vcpu);
}

static __always_inline fastpath_t pvsched_wrmsr(struct kvm_vcpu *vcpu,
						enum pvsched_fast_kind kind)
{
	fastpath_t ret;

	if (!READ_ONCE(*pvsched_kinds[kind].on))
		return handle_fastpath_set_msr_irqoff(vcpu);

	ret = pvsched_dispatch(vcpu, kind);
	if (trace_kvm_msr_enabled() && ret != EXIT_FASTPATH_NONE)
		trace_kvm_msr_write(kvm_rcx_read(vcpu), kvm_read_edx_eax(vcpu));

	return ret;
}

/* A function for each kind, so that none saves registers for another. */
static noinline fastpath_t pvsched_wrmsr_icr(struct kvm_vcpu *vcpu)
{
	return pvsched_wrmsr(vcpu, PVSCHED_FAST_ICR);
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
 * pvsched_fast_wrmsr() - Answer a WRMSR, by pvsched or as the base does.
 * @vcpu:	a vCPU that left L1 because of the WRMSR in its registers, and
 *		whose next RIP is known
 *
 * Context: right after the exit, IRQs off, no SRCU.
 * Return: what the run loop is to do.
 */
fastpath_t pvsched_fast_wrmsr(struct kvm_vcpu *vcpu)
{
	switch ((u32)kvm_rcx_read(vcpu)) {
	case PVSCHED_MSR_ICR:
		return pvsched_wrmsr_icr(vcpu);
	case PVSCHED_MSR_SELF_IPI:
		return pvsched_wrmsr_self_ipi(vcpu);
	case MSR_IA32_TSC_DEADLINE:
		return pvsched_wrmsr_deadline(vcpu);
	default:
		return handle_fastpath_set_msr_irqoff(vcpu);
	}
}
EXPORT_SYMBOL_GPL(pvsched_fast_wrmsr);

static __always_inline bool pvsched_is_bounded(struct kvm_vcpu *vcpu)
{
	return hweight64(kvm_rbx_read(vcpu)) + hweight64(kvm_rcx_read(vcpu)) <=
	       PVSCHED_FAST_TARGETS;
}

static __always_inline fastpath_t pvsched_hypercall(struct kvm_vcpu *vcpu,
						    enum pvsched_fast_kind kind, u32 nr)
{
	fastpath_t ret;

	if (!READ_ONCE(*pvsched_kinds[kind].on))
		return EXIT_FASTPATH_NONE;

	/* A userspace that asked for a hypercall's exits gets them all. */
	if (nr < 32 && (vcpu->kvm->arch.hypercall_exit_enabled & BIT(nr)))
		return EXIT_FASTPATH_NONE;

	/* First of all, for what goes the long way is long enough. */
	if (kind == PVSCHED_FAST_SEND_IPI && !pvsched_is_bounded(vcpu)) {
		vcpu->stat.pvsched_slow_bound++;
		return EXIT_FASTPATH_NONE;
	}

	ret = pvsched_dispatch(vcpu, kind);
	if (ret == EXIT_FASTPATH_NONE)
		return ret;

	/* Tracing off, its arguments are not looked up either. */
	if (trace_kvm_hypercall_enabled())
		trace_kvm_hypercall(nr, kvm_rbx_read(vcpu), kvm_rcx_read(vcpu),
				    kvm_rdx_read(vcpu), kvm_rsi_read(vcpu));
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
 * pvsched_fast_hypercall() - Answer a hypercall.
 * @vcpu:	a vCPU that left L1 because of a VMCALL or VMMCALL, and whose
 *		next RIP is known
 *
 * Context: right after the exit, IRQs off, no SRCU.
 * Return: what the run loop is to do.
 */
fastpath_t pvsched_fast_hypercall(struct kvm_vcpu *vcpu)
{
	/* Outside 64-bit mode the upper half of the number means nothing. */
	switch ((u32)kvm_rax_read(vcpu)) {
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

/*
 * Events for the vCPU itself
 *
 * What was answered may have raised an interrupt of the vCPU that left: an IPI
 * to itself, a deadline that has passed, a timer that fired. The base leaves
 * the inner loop to inject it. If that is all there is to do, do it in place.
 */
#define PVSCHED_OWN_REQUESTS	(BIT_ULL(KVM_REQ_EVENT & KVM_REQUEST_MASK) | \
				 BIT_ULL(KVM_REQ_UNBLOCK & KVM_REQUEST_MASK))

/* Nothing but an interrupt of the local APIC is on its way. */
static bool pvsched_is_plain(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_arch *arch = &vcpu->arch;

	if (kvm_event_needs_reinjection(vcpu) || arch->exception.pending ||
	    arch->exception_vmexit.pending || arch->nmi_pending || arch->smi_pending)
		return false;

	if (kvm_apic_has_pending_init_or_sipi(vcpu) || kvm_cpu_has_extint(vcpu) ||
	    vcpu->run->request_interrupt_window || kvm_xen_msr_enabled(vcpu->kvm))
		return false;

	return !vcpu->guest_debug && !test_bit(KVM_APIC_CHECK_VAPIC, &arch->apic_attention);
}

static __always_inline bool pvsched_may_inject(struct kvm_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->requests) & ~PVSCHED_OWN_REQUESTS)
		return false;

	if (!lapic_in_kernel(vcpu) || vcpu->arch.apic->apicv_active || is_guest_mode(vcpu))
		return false;

	if (!READ_ONCE(*(kvm_cpu_has_pending_timer(vcpu) ? &pvsched_fast_timer :
							   &pvsched_fast_ipi)))
		return false;

	return pvsched_is_plain(vcpu);
}

/*
 * Did the guest end the last interrupt by clearing its PV EOI flag? Then end it
 * here too. False if it did not, or if the flag is not in memory just now.
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

/* As the run loop does before it enters; what fails to be written is not used. */
static bool pvsched_inject(struct kvm_vcpu *vcpu)
{
	bool immediate_exit = false;

	kvm_clear_request(KVM_REQ_UNBLOCK, vcpu);
	if (!kvm_check_request(KVM_REQ_EVENT, vcpu))
		return true;

	++vcpu->stat.req_event;
	if (kvm_check_and_inject_events(vcpu, &immediate_exit) < 0 || immediate_exit ||
	    kvm_request_pending(vcpu)) {
		kvm_make_request(KVM_REQ_EVENT, vcpu);
		kvm_x86_call(cancel_injection)(vcpu);
		return false;
	}

	if (kvm_lapic_enabled(vcpu)) {
		kvm_lapic_update_cr8_intercept(vcpu);
		kvm_lapic_sync_to_vapic(vcpu);
	}

	return true;
}

/**
 * __pvsched_fast_inject() - Inject the vCPU's own interrupts in place.
 * @vcpu:	a vCPU that was to re-enter L1, but was asked to leave
 *
 * Context: the inner run loop, IRQs off, no SRCU.
 * Return: true if it may re-enter now, false to leave as asked.
 */
bool __pvsched_fast_inject(struct kvm_vcpu *vcpu)
{
	bool injected;

	if (!pvsched_may_inject(vcpu))
		return false;

	/* As the base: what is masked stays pending. */
	if (kvm_cpu_has_pending_timer(vcpu))
		kvm_inject_pending_timer_irqs(vcpu);

	/*
	 * The vCPU kicked itself. Pairs with the barrier between request and
	 * mode in kvm_vcpu_exiting_guest_mode(): who is not seen here sends an
	 * interrupt, which ends the next entry at once.
	 */
	smp_store_mb(vcpu->mode, IN_GUEST_MODE);
	if ((READ_ONCE(vcpu->requests) & ~PVSCHED_OWN_REQUESTS) ||
	    xfer_to_guest_mode_work_pending())
		return false;

	kvm_vcpu_srcu_read_lock(vcpu);
	pagefault_disable();
	injected = pvsched_sync_eoi(vcpu) && pvsched_inject(vcpu);
	pagefault_enable();
	kvm_vcpu_srcu_read_unlock(vcpu);

	vcpu->stat.pvsched_fast_inject += injected;
	trace_pvsched_fast(vcpu->vcpu_id, PVSCHED_FAST_INJECT,
			   injected ? PVSCHED_TAKEN : PVSCHED_LEFT_BUSY);
	return injected;
}
