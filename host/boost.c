// SPDX-License-Identifier: GPL-2.0
/*
 * Which preempted vCPU to run next, when a vCPU spins and does not say for whom
 * it waits: after a pause-loop exit, and for a yield without a target.
 *
 * The host cannot see the lock, but it sees who is likely to matter. In this
 * order: a vCPU that a waiter named and that did not run since; one with an
 * interrupt to take, for somebody may wait for the answer; one that left with
 * interrupts off, as holders of spinlocks do; one that left in kernel mode; any
 * other.
 *
 * Waiters of a lock look like its holder, but were preempted in the loop of
 * their last pause-loop exit. Locks are queues: to run a waiter that came later
 * than the caller is of no use to the caller, while one that came earlier may
 * be the head that everybody waits for. It counts like one that left with
 * interrupts off, and of several the one that came first is chosen.
 *
 * One exit looks at PVSCHED_BOOST_LOOKS vCPUs at most, from where the last one
 * stopped. Nobody is chosen twice for the same reason within
 * PVSCHED_BOOST_PAUSE_NS, and who was passed over PVSCHED_BOOST_PATIENCE times
 * comes first: so the order starves nobody.
 */
#include <linux/kvm_host.h>
#include <linux/pvsched_sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/stat.h>

#include "internal.h"
#include "kvm_cache_regs.h"
#include "lapic.h"
#include "trace.h"

/* vCPUs that one exit looks at. */
#define PVSCHED_BOOST_LOOKS	64

/* A loop that spins is no longer than this. */
#define PVSCHED_SPIN_BYTES	64

/* Exits between two pause-loop exits of a vCPU that spins all the while. */
#define PVSCHED_SPIN_EXITS	4

/* Times a candidate is passed over before it comes first. */
#define PVSCHED_BOOST_PATIENCE	16

/* How long nobody is chosen again for the reason that he was chosen for. */
#define PVSCHED_BOOST_PAUSE_NS	(500 * NSEC_PER_USEC)

/* Does an interrupt wait for the vCPU's next entry? */
static bool pvsched_interrupt_pending(struct kvm_vcpu *vcpu)
{
	if (kvm_arch_dy_runnable(vcpu))
		return true;

	if (!lapic_in_kernel(vcpu) || kvm_vcpu_apicv_active(vcpu))
		return false;

	return READ_ONCE(vcpu->arch.apic->irr_pending);
}

/*
 * Why to run a vCPU that spins itself, for a caller who does so since @since.
 * It can take no interrupt before it has what it spins for, if it left with
 * interrupts off; and only one that spins for longer may be ahead in a queue.
 */
static enum pvsched_reason pvsched_reason_of_spinner(struct kvm_vcpu *vcpu, bool pending,
						     u64 since)
{
	if (pending && !READ_ONCE(vcpu->arch.pvsched.irqs_off))
		return PVSCHED_INTERRUPT;

	return READ_ONCE(vcpu->arch.pvsched.spin_since) < since ? PVSCHED_QUEUED : PVSCHED_BEHIND;
}

/* Why to run a vCPU that is ready; PVSCHED_NOBODY if there is no reason to. */
static enum pvsched_reason pvsched_reason_of(struct kvm_vcpu *vcpu, u64 since)
{
	bool pending = pvsched_interrupt_pending(vcpu);

	if (kvm_vcpu_is_blocking(vcpu) && !pending)
		return PVSCHED_NOBODY;

	if (READ_ONCE(vcpu->arch.pvsched.named))
		return PVSCHED_NAMED;

	if (kvm_vcpu_is_blocking(vcpu))
		return PVSCHED_INTERRUPT;

	if (READ_ONCE(vcpu->arch.pvsched.spinning))
		return pvsched_reason_of_spinner(vcpu, pending, since);

	if (pending)
		return PVSCHED_INTERRUPT;

	if (READ_ONCE(vcpu->arch.pvsched.irqs_off))
		return PVSCHED_IRQS_OFF;

	return READ_ONCE(vcpu->arch.preempted_in_kernel) ? PVSCHED_KERNEL : PVSCHED_ANY;
}

static bool pvsched_boosted_lately(struct kvm_vcpu *vcpu, enum pvsched_reason reason, u64 now)
{
	return vcpu->arch.pvsched.boost_reason == reason &&
	       now - vcpu->arch.pvsched.boosted_at < PVSCHED_BOOST_PAUSE_NS;
}

/* The rank among the candidates; PVSCHED_NOBODY if it is not to be chosen. */
static enum pvsched_reason pvsched_rank(struct kvm_vcpu *vcpu,
					enum pvsched_reason reason, u64 now)
{
	if (reason == PVSCHED_NOBODY || pvsched_boosted_lately(vcpu, reason, now))
		return PVSCHED_NOBODY;

	if (vcpu->arch.pvsched.passed >= PVSCHED_BOOST_PATIENCE)
		return PVSCHED_NAMED;

	vcpu->arch.pvsched.passed++;
	return reason == PVSCHED_BEHIND ? PVSCHED_NOBODY : reason;
}

/* A look around: what it is for, and what it found. */
struct pvsched_look {
	struct kvm_vcpu *vcpu[2];
	enum pvsched_reason reason[2];
	bool alone;
	int cpu;
	u64 since;
	u64 now;
};

enum { HERE, ELSEWHERE };

/*
 * Is a candidate better than what was found so far? Of those who spin for
 * longer than the caller, the one who does so for the longest time.
 */
static bool pvsched_is_better(struct pvsched_look *look, int where, struct kvm_vcpu *vcpu,
			      enum pvsched_reason reason)
{
	struct kvm_vcpu *best = look->vcpu[where];

	if (reason != look->reason[where] || reason != PVSCHED_QUEUED)
		return reason < look->reason[where];

	return vcpu->arch.pvsched.spin_since < best->arch.pvsched.spin_since;
}

/* Is the reason worth disturbing another CPU, where somebody better may run? */
static bool pvsched_is_certain(enum pvsched_reason reason)
{
	return reason == PVSCHED_NAMED || reason == PVSCHED_IRQS_OFF ||
	       reason == PVSCHED_QUEUED;
}

/* Keep @vcpu if it is the best so far. Where it ran last, there it likely waits. */
static void pvsched_consider(struct pvsched_look *look, struct kvm_vcpu *vcpu)
{
	int where = READ_ONCE(vcpu->cpu) == look->cpu ? HERE : ELSEWHERE;
	enum pvsched_reason reason = pvsched_reason_of(vcpu, look->since);

	if (where == ELSEWHERE && !look->alone && !pvsched_is_certain(reason))
		return;

	reason = pvsched_rank(vcpu, reason, look->now);
	if (pvsched_is_better(look, where, vcpu, reason)) {
		look->vcpu[where] = vcpu;
		look->reason[where] = reason;
	}
}

static void pvsched_look_around(struct kvm_vcpu *me, struct pvsched_look *look)
{
	unsigned int count = atomic_read(&me->kvm->online_vcpus);
	unsigned int i = READ_ONCE(me->kvm->last_boosted_vcpu);
	unsigned int looks = min(count, PVSCHED_BOOST_LOOKS);
	struct kvm_vcpu *vcpu;

	*look = (struct pvsched_look) {
		.reason = { PVSCHED_NOBODY, PVSCHED_NOBODY },
		.alone = single_task_running(),
		.cpu = raw_smp_processor_id(),
		.since = me->arch.pvsched.spin_since,
		.now = local_clock(),
	};

	for (; looks && look->reason[HERE] != PVSCHED_NAMED; looks--) {
		i = i + 1 < count ? i + 1 : 0;
		vcpu = kvm_get_vcpu(me->kvm, i);

		/* Pairs with the stores in kvm_sched_out() and kvm_vcpu_wake_up(). */
		if (vcpu && READ_ONCE(vcpu->ready) && vcpu != me)
			pvsched_consider(look, vcpu);
	}

	WRITE_ONCE(me->kvm->last_boosted_vcpu, i);
}

static bool pvsched_boost_one(struct kvm_vcpu *me, struct kvm_vcpu *vcpu,
			      enum pvsched_reason reason, bool stays)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	bool granted;

	state->boosted_at = local_clock();
	state->boost_reason = reason;
	state->passed = 0;
	WRITE_ONCE(me->kvm->last_boosted_vcpu, vcpu->vcpu_idx);

	granted = pvsched_direct(me, vcpu, reason, stays);
	trace_pvsched_boost(me->vcpu_id, vcpu->vcpu_id, reason, granted);

	return granted;
}

/**
 * pvsched_boost_anyone() - Run whoever is most likely to hold up the caller.
 * @me:	the calling vCPU
 *
 * The caller's own CPU goes to one who waits for it. Another CPU is disturbed
 * only for somebody who was named or holds a spinlock: about all others this is
 * but a guess, and whoever runs there may be the better one.
 *
 * Context: the vCPU's thread, IRQs on; may schedule.
 * Return: how many vCPUs were given a CPU.
 */
u32 pvsched_boost_anyone(struct kvm_vcpu *me)
{
	struct pvsched_look look;
	u32 directed = 0;

	pvsched_look_around(me, &look);
	if (look.vcpu[ELSEWHERE])
		directed += pvsched_boost_one(me, look.vcpu[ELSEWHERE], look.reason[ELSEWHERE],
					      look.vcpu[HERE]);
	if (look.vcpu[HERE])
		directed += pvsched_boost_one(me, look.vcpu[HERE], look.reason[HERE], false);

	return directed;
}

static bool pvsched_near(unsigned long rip, unsigned long spin_rip)
{
	return rip - spin_rip + PVSCHED_SPIN_BYTES < 2 * PVSCHED_SPIN_BYTES;
}

/*
 * Remember since when the vCPU spins. It still does if it is in the same loop
 * and has had no more exits than an interrupt or two account for.
 */
static void pvsched_note_spin(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	unsigned long rip = kvm_rip_read(vcpu);

	if (!pvsched_near(rip, state->spin_rip) ||
	    vcpu->stat.exits - state->spin_exits > PVSCHED_SPIN_EXITS)
		WRITE_ONCE(state->spin_since, local_clock());

	state->spin_rip = rip;
	state->spin_exits = vcpu->stat.exits;
}

/* See virt/kvm/kvm_main.c. */
bool kvm_arch_vcpu_on_spin(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(pvsched_boost))
		return false;

	pvsched_note_spin(vcpu);
	pvsched_boost_anyone(vcpu);

	return true;
}

/*
 * Change places with a target that another VM keeps waiting elsewhere. The caller
 * is sent there once it has left its CPU, see pvsched_send_displaced(). The target
 * must not run before it knows whom to send: no preemption until then.
 */
static bool pvsched_change_places(struct kvm_vcpu *me, struct kvm_vcpu *target,
				  struct task_struct *task)
{
	struct pvsched_vcpu *state = &target->arch.pvsched;
	bool traded, tracked = false;

	preempt_disable();
	traded = pvsched_trade_in(task, &state->place);
	if (traded) {
		WRITE_ONCE(state->displaced, me);
		tracked = pvsched_yield_begins(me, target);
	}
	preempt_enable();
	if (!traded)
		return false;

	/* A preemptible kernel has done so by now. */
	if (need_resched())
		schedule();

	me->stat.pvsched_traded++;
	if (tracked)
		pvsched_yield_ends(me, target, true, true);

	return true;
}

/**
 * pvsched_send_displaced() - Send on who gave a vCPU its CPU.
 * @vcpu:	the vCPU, which got that CPU
 *
 * Context: its thread, preemption off.
 */
void pvsched_send_displaced(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	struct task_struct *task = pvsched_task_of(state->displaced);

	WRITE_ONCE(state->displaced, NULL);
	if (!task)
		return;

	pvsched_trade_out(task, &state->place);
	put_task_struct(task);
}

static int pvsched_yield_tracked(struct kvm_vcpu *me, struct kvm_vcpu *target,
				 struct task_struct *task, bool boost)
{
	bool tracked = pvsched_yield_begins(me, target), left = true;
	int ret;

	if (boost) {
		left = task_cpu(task) == raw_smp_processor_id();
		ret = pvsched_yield_to(task);
	} else {
		ret = yield_to(task, 1);
	}
	if (tracked)
		pvsched_yield_ends(me, target, ret > 0, left);

	return ret;
}

/*
 * See virt/kvm/kvm_main.c. The target gets the caller's CPU if it waits for that
 * or could be brought there: for good if the caller is alone and has no use for
 * it, or in exchange. Otherwise it gets the CPU that it waits for.
 */
int kvm_arch_yield_to(struct kvm_vcpu *target, struct task_struct *task)
{
	struct kvm_vcpu *me = kvm_get_running_vcpu();
	bool boost = READ_ONCE(pvsched_boost);

	if (boost && single_task_running())
		pvsched_pull(task);
	else if (boost && me && !me->arch.pvsched.stays && READ_ONCE(pvsched_trade) &&
		 pvsched_change_places(me, target, task))
		return 1;

	return pvsched_yield_tracked(me, target, task, boost);
}

/**
 * pvsched_direct() - Yield to a vCPU for a reason.
 * @me:		the calling vCPU
 * @target:	a vCPU of the same VM
 * @reason:	why, for the statistics
 * @stays:	the caller needs its CPU for another target, and does not change
 *		places with this one
 *
 * Context: the vCPU's thread, IRQs on; may schedule.
 * Return: true if @target was given a CPU.
 */
bool pvsched_direct(struct kvm_vcpu *me, struct kvm_vcpu *target, enum pvsched_reason reason,
		    bool stays)
{
	bool granted;

	me->arch.pvsched.yielding_why = reason + 1;
	me->arch.pvsched.stays = stays;
	granted = kvm_vcpu_yield_to(target) > 0;
	me->arch.pvsched.stays = false;
	me->arch.pvsched.yielding_why = 0;

	return granted;
}

/**
 * pvsched_put_preempted() - A vCPU loses its CPU and wants to run on.
 * @vcpu:	the vCPU, still loaded
 *
 * Context: its thread, preemption off.
 */
void pvsched_put_preempted(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;

	if (!READ_ONCE(pvsched_boost))
		return;

	WRITE_ONCE(state->spinning, pvsched_near(kvm_rip_read(vcpu), state->spin_rip));
	WRITE_ONCE(state->irqs_off, !kvm_x86_call(get_if_flag)(vcpu));
}

static bool pvsched_fetch(struct pvsched_look *look)
{
	return look->vcpu[ELSEWHERE] && pvsched_with_task(look->vcpu[ELSEWHERE], pvsched_pull);
}

/* Leave the CPU to who was named, was woken, or holds a spinlock. */
static bool pvsched_leave_cpu(struct pvsched_look *look)
{
	return look->vcpu[HERE] && look->reason[HERE] <= PVSCHED_IRQS_OFF &&
	       pvsched_with_task(look->vcpu[HERE], pvsched_leave_to);
}

/**
 * pvsched_before_halt() - A vCPU is about to block.
 * @me:	the vCPU
 *
 * If that would leave its CPU idle while a sibling waits for another one, fetch
 * the sibling. The scheduler's own look for work, when a CPU goes idle, is left
 * out if the idle times of late were short, as they are between two halts.
 *
 * Where several wait for the CPU, have the one run next for whom others wait:
 * likely it was woken by the very vCPU that halts now. One alone is next anyway.
 *
 * Context: the vCPU's thread, IRQs on.
 */
void pvsched_before_halt(struct kvm_vcpu *me)
{
	struct pvsched_look look;
	unsigned int waiting;

	if (!READ_ONCE(pvsched_boost))
		return;

	waiting = pvsched_waiting_here();
	if (waiting == 1)
		return;

	pvsched_look_around(me, &look);
	if (waiting)
		me->stat.pvsched_handed += pvsched_leave_cpu(&look);
	else
		me->stat.pvsched_fetched += pvsched_fetch(&look);
}

/**
 * pvsched_serves_alone() - Yield also for a caller that is alone on its CPU?
 *
 * Context: any.
 */
bool pvsched_serves_alone(void)
{
	return READ_ONCE(pvsched_boost);
}

/**
 * pvsched_named() - Somebody waits for a vCPU, and said so.
 * @vcpu:	the vCPU
 *
 * Context: any.
 */
void pvsched_named(struct kvm_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->ready) && !READ_ONCE(vcpu->arch.pvsched.named))
		WRITE_ONCE(vcpu->arch.pvsched.named, true);
}
