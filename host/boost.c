// SPDX-License-Identifier: GPL-2.0
/*
 * Which preempted vCPU to run next, for a vCPU that spins and does not say what it
 * waits for (a pause-loop exit, a yield without a target), and for one that halts.
 *
 * The host cannot see the lock, but it sees which vCPU is likely to matter. In
 * this order: a vCPU that a waiter named and that did not run since; one with an
 * interrupt to take, whose sender may wait for the answer; one that left with
 * interrupts off, as holders of spinlocks do; one that left in kernel mode; any
 * other.
 *
 * Waiters of a lock look like its holder, but were preempted in the loop of their
 * last pause-loop exit. Locks are queues: to run a waiter that came later than the
 * caller does not help the caller, while one that came earlier may be the queue
 * head. Such a waiter ranks right after a vCPU that left with interrupts off, and
 * of several the one that came first is chosen.
 *
 * One scan looks at PVSCHED_SCAN_MAX vCPUs at most, from where the last one
 * stopped. No vCPU is chosen twice for the same reason within
 * PVSCHED_BOOST_PAUSE_NS, and one that was skipped PVSCHED_MAX_SKIPS times comes
 * first: so the order starves no vCPU.
 */
#include <linux/kvm_host.h>
#include <linux/pvsched_sched.h>
#include <linux/sched/clock.h>

#include "internal.h"
#include "lapic.h"
#include "trace.h"

/* vCPUs that one scan looks at. */
#define PVSCHED_SCAN_MAX	64

/* Times a candidate is skipped before it comes first. */
#define PVSCHED_MAX_SKIPS	16

/* How long a vCPU is not chosen again for the same reason. */
#define PVSCHED_BOOST_PAUSE_NS	(500 * (s64)NSEC_PER_USEC)

/* Does an interrupt wait for the vCPU's next entry? */
static bool pvsched_interrupt_pending(struct kvm_vcpu *vcpu)
{
	if (kvm_arch_dy_runnable(vcpu))
		return true;

	/* The vCPU itself may change it: a hint. */
	if (!lapic_in_kernel(vcpu) || data_race(kvm_vcpu_apicv_active(vcpu)))
		return false;

	return READ_ONCE(vcpu->arch.apic->irr_pending);
}

/*
 * Why to run a vCPU that spins itself, for a caller that spins since @since. If
 * the vCPU left with interrupts off, it takes no interrupt before it has the lock;
 * and only a vCPU that spins for longer may be ahead in a queue.
 */
static enum pvsched_reason pvsched_reason_of_spinner(struct kvm_vcpu *vcpu, bool pending,
						     u64 since)
{
	if (pending && !READ_ONCE(vcpu->arch.pvsched.irqs_off))
		return PVSCHED_INTERRUPT;

	return READ_ONCE(vcpu->arch.pvsched.spin_since) < since ? PVSCHED_AHEAD : PVSCHED_BEHIND;
}

/* Why to run a vCPU that is ready; PVSCHED_NONE if there is no reason to. */
static enum pvsched_reason pvsched_reason_of(struct kvm_vcpu *vcpu, u64 since)
{
	bool pending = pvsched_interrupt_pending(vcpu);

	if (kvm_vcpu_is_blocking(vcpu) && !pending)
		return PVSCHED_NONE;

	if (READ_ONCE(vcpu->arch.pvsched.hinted))
		return PVSCHED_HINTED;

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

/* Another scan may have chosen the vCPU since @now. */
static bool pvsched_boosted_lately(struct kvm_vcpu *vcpu, enum pvsched_reason reason, u64 now)
{
	return READ_ONCE(vcpu->arch.pvsched.boost_reason) == reason &&
	       (s64)(now - READ_ONCE(vcpu->arch.pvsched.boosted_at)) < PVSCHED_BOOST_PAUSE_NS;
}

/* The rank among the candidates; PVSCHED_NONE if the vCPU is not one. */
static enum pvsched_reason pvsched_rank(struct kvm_vcpu *vcpu,
					enum pvsched_reason reason, u64 now)
{
	u8 skipped = READ_ONCE(vcpu->arch.pvsched.skipped);

	if (reason == PVSCHED_NONE || pvsched_boosted_lately(vcpu, reason, now))
		return PVSCHED_NONE;

	if (skipped >= PVSCHED_MAX_SKIPS)
		return PVSCHED_HINTED;

	/* The count of another scan, or a reset, may be lost. */
	WRITE_ONCE(vcpu->arch.pvsched.skipped, skipped + 1);
	return reason == PVSCHED_BEHIND ? PVSCHED_NONE : reason;
}

/* A scan: what it is for, and the best candidate on this CPU and elsewhere. */
struct pvsched_scan {
	struct kvm_vcpu *vcpu[2];
	enum pvsched_reason reason[2];
	bool alone;
	int cpu;
	u64 since;
	u64 now;
};

enum { LOCAL, REMOTE };

/*
 * Is a candidate better than what was found so far? Of those that spin for
 * longer than the caller, prefer the one that does so for the longest time.
 */
static bool pvsched_is_better(struct pvsched_scan *scan, int where, struct kvm_vcpu *vcpu,
			      enum pvsched_reason reason)
{
	struct kvm_vcpu *best = scan->vcpu[where];

	if (reason != scan->reason[where] || reason != PVSCHED_AHEAD)
		return reason < scan->reason[where];

	return READ_ONCE(vcpu->arch.pvsched.spin_since) < READ_ONCE(best->arch.pvsched.spin_since);
}

/* Is the reason worth preempting another CPU, which may run a better vCPU? */
static bool pvsched_is_certain(enum pvsched_reason reason)
{
	return reason == PVSCHED_HINTED || reason == PVSCHED_IRQS_OFF ||
	       reason == PVSCHED_AHEAD;
}

/* Keep @vcpu if it is the best so far. It likely waits where it ran last. */
static void pvsched_consider(struct pvsched_scan *scan, struct kvm_vcpu *vcpu)
{
	int where = READ_ONCE(vcpu->cpu) == scan->cpu ? LOCAL : REMOTE;
	enum pvsched_reason reason = pvsched_reason_of(vcpu, scan->since);

	if (where == REMOTE && !scan->alone && !pvsched_is_certain(reason))
		return;

	reason = pvsched_rank(vcpu, reason, scan->now);
	if (pvsched_is_better(scan, where, vcpu, reason)) {
		scan->vcpu[where] = vcpu;
		scan->reason[where] = reason;
	}
}

static void pvsched_scan_vcpus(struct kvm_vcpu *me, struct pvsched_scan *scan)
{
	unsigned int count = atomic_read(&me->kvm->online_vcpus);
	unsigned int i = READ_ONCE(me->kvm->last_boosted_vcpu);
	unsigned int looks = min(count, PVSCHED_SCAN_MAX);
	struct kvm_vcpu *vcpu;

	*scan = (struct pvsched_scan) {
		.reason = { PVSCHED_NONE, PVSCHED_NONE },
		.alone = !pvsched_nr_waiting_here(),
		.cpu = raw_smp_processor_id(),
		.since = me->arch.pvsched.spin_since,
		.now = local_clock(),
	};

	for (; looks && scan->reason[LOCAL] != PVSCHED_HINTED; looks--) {
		i = i + 1 < count ? i + 1 : 0;
		vcpu = kvm_get_vcpu(me->kvm, i);

		/* Pairs with the stores in kvm_sched_out() and kvm_vcpu_wake_up(). */
		if (vcpu && READ_ONCE(vcpu->ready) && vcpu != me)
			pvsched_consider(scan, vcpu);
	}

	WRITE_ONCE(me->kvm->last_boosted_vcpu, i);
}

static bool pvsched_boost_one(struct kvm_vcpu *me, struct kvm_vcpu *vcpu,
			      enum pvsched_reason reason, bool keep_cpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	bool granted;

	WRITE_ONCE(state->boosted_at, local_clock());
	WRITE_ONCE(state->boost_reason, reason);
	WRITE_ONCE(state->skipped, 0);
	WRITE_ONCE(me->kvm->last_boosted_vcpu, vcpu->vcpu_idx);

	granted = pvsched_direct(me, vcpu, reason, keep_cpu);
	trace_pvsched_boost(me->vcpu_id, vcpu->vcpu_id, reason, granted);

	return granted;
}

/**
 * pvsched_boost_untargeted() - Run the vCPU that most likely holds up the caller.
 * @me:	the calling vCPU
 *
 * The caller's own CPU goes to a vCPU that waits for it. Another CPU is preempted
 * only for a vCPU that was named or holds a spinlock: any other reason is but a
 * guess, and the vCPU that runs there may be the better one.
 *
 * Context: the vCPU's thread, IRQs on; may schedule.
 * Return: how many vCPUs were given a CPU.
 */
u32 pvsched_boost_untargeted(struct kvm_vcpu *me)
{
	struct pvsched_scan scan;
	u32 directed = 0;

	pvsched_scan_vcpus(me, &scan);
	if (scan.vcpu[REMOTE])
		directed += pvsched_boost_one(me, scan.vcpu[REMOTE], scan.reason[REMOTE],
					      scan.vcpu[LOCAL]);
	if (scan.vcpu[LOCAL])
		directed += pvsched_boost_one(me, scan.vcpu[LOCAL], scan.reason[LOCAL], false);

	return directed;
}

/* See virt/kvm/kvm_main.c: a pause-loop exit. */
bool kvm_arch_vcpu_on_spin(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(pvsched_boost))
		return false;

	pvsched_note_spin(vcpu);
	pvsched_boost_untargeted(vcpu);

	return true;
}

static bool pvsched_halt_pull(struct pvsched_scan *scan)
{
	return scan->vcpu[REMOTE] && pvsched_with_task(scan->vcpu[REMOTE], pvsched_pull_task);
}

/* Direct the CPU to a vCPU that was named, was woken, or holds a spinlock. */
static bool pvsched_halt_direct(struct pvsched_scan *scan)
{
	return scan->vcpu[LOCAL] && scan->reason[LOCAL] <= PVSCHED_IRQS_OFF &&
	       pvsched_with_task(scan->vcpu[LOCAL], pvsched_set_next_here);
}

/**
 * pvsched_before_halt() - A vCPU is about to block.
 * @me:	the vCPU
 *
 * If that would leave its CPU idle while a sibling waits for another one, pull
 * the sibling. The scheduler's own look for work, when a CPU goes idle, is left
 * out if the idle times of late were short, as they are between two halts. On a host
 * that is not short of CPUs no sibling was preempted: then do not scan at all.
 *
 * Where several wait for the CPU, let the one run next that others wait for:
 * likely it was woken by the very vCPU that halts now. One alone is next anyway.
 *
 * Context: the vCPU's thread, IRQs on.
 */
void pvsched_before_halt(struct kvm_vcpu *me)
{
	struct pvsched_scan scan;
	unsigned int waiting;

	if (!READ_ONCE(pvsched_boost))
		return;

	waiting = pvsched_nr_waiting_here();
	if (waiting == 1 || (!waiting && !atomic_read(&me->kvm->arch.pvsched.preempted)))
		return;

	pvsched_scan_vcpus(me, &scan);
	if (waiting)
		me->stat.pvsched_halt_directed += pvsched_halt_direct(&scan);
	else
		me->stat.pvsched_halt_pulled += pvsched_halt_pull(&scan);
}
