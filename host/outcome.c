// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a yield: whether it sticks, and how long it takes until the
 * target's first instruction. The base's yields are counted as well, so that both
 * can be compared.
 *
 * A yield's outcome is known when its target gets a CPU, or when the caller is
 * back before that, whichever comes first; an exchange of @granted_reason makes
 * sure that only one of them counts it. Times go into a histogram in debugfs,
 * because KVM's own have but one bucket for each power of two.
 */
#include <linux/debugfs.h>
#include <linux/kvm_host.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/sched/clock.h>
#include <linux/seq_file.h>

#include "internal.h"
#include "trace.h"

/* Buckets for each power of two, and in all: the last begins at 2^39 ns. */
#define PVSCHED_HIST_BITS	3
#define PVSCHED_HIST_BUCKETS	(38 << PVSCHED_HIST_BITS)

/* How many vCPUs have got this CPU. */
static DEFINE_PER_CPU(u64, pvsched_loads);

static DEFINE_PER_CPU(u64 [PVSCHED_HIST_BUCKETS], pvsched_hist);

static unsigned int pvsched_bucket_of(u64 ns)
{
	unsigned int shift, bucket;

	if (ns < 2 << PVSCHED_HIST_BITS)
		return ns;

	shift = ilog2(ns) - PVSCHED_HIST_BITS;
	bucket = (shift << PVSCHED_HIST_BITS) + (ns >> shift);

	return min(bucket, PVSCHED_HIST_BUCKETS - 1);
}

static u64 pvsched_bucket_start(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < 2 << PVSCHED_HIST_BITS)
		return bucket;

	shift = (bucket >> PVSCHED_HIST_BITS) - 1;
	return (u64)(bucket - (shift << PVSCHED_HIST_BITS)) << shift;
}

/* One reason, as the enum and as the counters call it. */
#define PVSCHED_OUTCOME_CASE(name, reason)				\
	case PVSCHED_##name:						\
		stat->pvsched_yield_stuck_##reason += outcome == PVSCHED_STUCK;	\
		stat->pvsched_yield_ignored_##reason += outcome == PVSCHED_IGNORED; \
		stat->pvsched_yield_bounced_##reason += outcome == PVSCHED_BOUNCED; \
		break

static void pvsched_count_outcome(struct kvm_vcpu_stat *stat, enum pvsched_reason reason,
				  enum pvsched_outcome outcome)
{
	switch (reason) {
	PVSCHED_OUTCOME_CASE(HINTED, hinted);
	PVSCHED_OUTCOME_CASE(INTERRUPT, interrupt);
	PVSCHED_OUTCOME_CASE(IRQS_OFF, irqs_off);
	PVSCHED_OUTCOME_CASE(AHEAD, queued);
	PVSCHED_OUTCOME_CASE(KERNEL, kernel);
	PVSCHED_OUTCOME_CASE(ANY, any);
	PVSCHED_OUTCOME_CASE(HYPERCALL, hypercall);
	PVSCHED_OUTCOME_CASE(BASE, base);
	case PVSCHED_BEHIND:
	case PVSCHED_NONE:
		break;
	}
}

/* Count the outcome of a yield to @target on @self, the vCPU of this thread. */
static void pvsched_end_grant(struct kvm_vcpu *self, struct kvm_vcpu *target,
			      enum pvsched_outcome outcome)
{
	unsigned int granted_reason = xchg(&target->arch.pvsched.granted_reason, 0);

	if (!granted_reason)
		return;

	pvsched_count_outcome(&self->stat, granted_reason - 1, outcome);
	trace_pvsched_outcome(target->vcpu_id, granted_reason - 1, outcome);
}

/**
 * pvsched_yield_begins() - A vCPU is about to yield to another.
 * @me:		the caller, or NULL
 * @target:	the other
 * @reason:	why
 *
 * Context: the caller's thread.
 * Return: true if the outcome is to be counted, and then pvsched_yield_ends()
 * must follow; false while that of another yield to @target is not known.
 */
bool pvsched_yield_begins(struct kvm_vcpu *me, struct kvm_vcpu *target,
			  enum pvsched_reason reason)
{
	struct pvsched_vcpu *to = &target->arch.pvsched;
	int cpu = pvsched_queue_of(target);

	if (!me || cpu < 0)
		return false;

	if (cmpxchg(&to->granted_reason, 0, reason + 1))
		return false;

	WRITE_ONCE(to->granted_cpu, cpu);
	WRITE_ONCE(to->granted_loads, READ_ONCE(per_cpu(pvsched_loads, cpu)));
	if (!READ_ONCE(to->granted_at))
		WRITE_ONCE(to->granted_at, local_clock());

	/* In this order for pvsched_outcome_load(), if the caller is preempted in between. */
	WRITE_ONCE(me->arch.pvsched.yield_target_runs, READ_ONCE(to->runs));
	WRITE_ONCE(me->arch.pvsched.yield_target, target);

	return true;
}

/* Has the caller got its CPU back, or kept it, before its target ran? */
static void pvsched_check_bounce(struct kvm_vcpu *me, struct kvm_vcpu *target)
{
	if (READ_ONCE(target->arch.pvsched.runs) == me->arch.pvsched.yield_target_runs)
		pvsched_end_grant(me, target, PVSCHED_BOUNCED);
}

/**
 * pvsched_yield_ends() - The scheduler has answered.
 * @me:		the caller
 * @target:	the vCPU yielded to
 * @granted:	the answer
 * @leaves_cpu:	the caller was to leave its CPU
 *
 * Context: the caller's thread.
 */
void pvsched_yield_ends(struct kvm_vcpu *me, struct kvm_vcpu *target, bool granted,
			bool leaves_cpu)
{
	/* It is over if the caller was preempted. */
	if (!xchg(&me->arch.pvsched.yield_target, NULL))
		return;

	if (granted && leaves_cpu) {
		pvsched_check_bounce(me, target);
		return;
	}

	if (!granted && xchg(&target->arch.pvsched.granted_reason, 0))
		WRITE_ONCE(target->arch.pvsched.granted_at, 0);
}

/**
 * pvsched_outcome_load() - A vCPU gets a CPU: its own yield and those to it end.
 * @vcpu:	the vCPU
 *
 * Context: the vCPU's thread, preemption off.
 */
void pvsched_outcome_load(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	u64 loads = this_cpu_inc_return(pvsched_loads) - 1;
	struct kvm_vcpu *target = READ_ONCE(state->yield_target);
	bool next;

	if (target) {
		WRITE_ONCE(state->yield_target, NULL);
		pvsched_check_bounce(vcpu, target);
	}

	if (READ_ONCE(state->granted_reason)) {
		next = READ_ONCE(state->granted_cpu) != raw_smp_processor_id() ||
		       READ_ONCE(state->granted_loads) == loads;
		pvsched_end_grant(vcpu, vcpu, next ? PVSCHED_STUCK : PVSCHED_IGNORED);
	}
}

/* See pvsched_enter(). */
void __pvsched_enter(struct kvm_vcpu *vcpu)
{
	/* Its yield may be declined by now, and clocks of two CPUs may differ. */
	u64 granted_at = xchg(&vcpu->arch.pvsched.granted_at, 0), now = local_clock();

	if (granted_at)
		this_cpu_inc(pvsched_hist[pvsched_bucket_of(max(now, granted_at) - granted_at)]);
}

/* "NS COUNT" a line: COUNT yields took at least NS and less than the next NS. */
static int pvsched_hist_show(struct seq_file *m, void *v)
{
	unsigned int i;
	u64 sum;
	int cpu;

	for (i = 0; i < PVSCHED_HIST_BUCKETS; i++) {
		sum = 0;
		for_each_possible_cpu(cpu)
			sum += per_cpu(pvsched_hist[i], cpu);
		if (sum)
			seq_printf(m, "%llu %llu\n", pvsched_bucket_start(i), sum);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pvsched_hist);

static struct dentry *pvsched_debugfs_dir;

void __init pvsched_outcome_init(void)
{
	pvsched_debugfs_dir = debugfs_create_dir("kvm_pvsched", NULL);
	debugfs_create_file("yield_to_run_ns", 0444, pvsched_debugfs_dir, NULL, &pvsched_hist_fops);
}

void pvsched_outcome_exit(void)
{
	debugfs_remove(pvsched_debugfs_dir);
}
