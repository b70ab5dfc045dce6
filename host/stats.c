// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a yield: whether it sticks, and how long it takes until the
 * target's first instruction. Counted for the base's yields as well, so that
 * both can be compared.
 *
 * A yield's outcome is known when its target gets a CPU, or when the caller is
 * back before that, whichever comes first; an exchange of @granted makes sure
 * that only one of them counts it. Times go into a histogram in debugfs,
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
#define PVSCHED_COUNT(name, reason)					\
	case PVSCHED_##name:						\
		stat->pvsched_yield_stuck_##reason += outcome == PVSCHED_STUCK;	\
		stat->pvsched_yield_ignored_##reason += outcome == PVSCHED_IGNORED; \
		stat->pvsched_yield_bounced_##reason += outcome == PVSCHED_BOUNCED; \
		break

static void pvsched_count_outcome(struct kvm_vcpu_stat *stat, enum pvsched_reason reason,
				  enum pvsched_outcome outcome)
{
	switch (reason) {
	PVSCHED_COUNT(NAMED, named);
	PVSCHED_COUNT(INTERRUPT, interrupt);
	PVSCHED_COUNT(IRQS_OFF, irqs_off);
	PVSCHED_COUNT(QUEUED, queued);
	PVSCHED_COUNT(KERNEL, kernel);
	PVSCHED_COUNT(ANY, any);
	PVSCHED_COUNT(HYPERCALL, hypercall);
	PVSCHED_COUNT(BASE, base);
	case PVSCHED_BEHIND:
	case PVSCHED_NOBODY:
		break;
	}
}

/* Count the outcome of a yield to @target on the vCPU whose thread this is. */
static void pvsched_settle_yield(struct kvm_vcpu *self, struct kvm_vcpu *target,
				 enum pvsched_outcome outcome)
{
	unsigned int granted = xchg(&target->arch.pvsched.granted, 0);

	if (!granted)
		return;

	pvsched_count_outcome(&self->stat, granted - 1, outcome);
	trace_pvsched_outcome(target->vcpu_id, granted - 1, outcome);
}

/**
 * pvsched_yield_begins() - A vCPU is about to yield to another.
 * @me:		the caller, or NULL
 * @target:	the other
 *
 * Context: the caller's thread.
 * Return: true if the outcome is to be counted, and then pvsched_yield_ends()
 * must follow; false while that of another yield to @target is not known.
 */
bool pvsched_yield_begins(struct kvm_vcpu *me, struct kvm_vcpu *target)
{
	struct pvsched_vcpu *to = &target->arch.pvsched;
	int cpu = pvsched_queue_of(target);

	if (!me || cpu < 0)
		return false;

	if (cmpxchg(&to->granted, 0, me->arch.pvsched.yielding_why ?: PVSCHED_BASE + 1))
		return false;

	to->granted_cpu = cpu;
	to->granted_loads = READ_ONCE(per_cpu(pvsched_loads, cpu));
	if (!READ_ONCE(to->granted_at))
		WRITE_ONCE(to->granted_at, local_clock());

	me->arch.pvsched.yielding_runs = READ_ONCE(to->runs);
	me->arch.pvsched.yielding_to = target;

	return true;
}

/* Has the caller got its CPU back, or kept it, before its target ran? */
static void pvsched_check_bounce(struct kvm_vcpu *me)
{
	struct kvm_vcpu *target = me->arch.pvsched.yielding_to;

	me->arch.pvsched.yielding_to = NULL;
	if (READ_ONCE(target->arch.pvsched.runs) == me->arch.pvsched.yielding_runs)
		pvsched_settle_yield(me, target, PVSCHED_BOUNCED);
}

/**
 * pvsched_yield_ends() - The scheduler has answered.
 * @me:		the caller
 * @target:	the vCPU yielded to
 * @granted:	the answer
 * @left:	the caller was to leave its CPU
 *
 * Context: the caller's thread.
 */
void pvsched_yield_ends(struct kvm_vcpu *me, struct kvm_vcpu *target, bool granted, bool left)
{
	if (!me->arch.pvsched.yielding_to)
		return;

	if (granted && left) {
		pvsched_check_bounce(me);
		return;
	}

	me->arch.pvsched.yielding_to = NULL;
	if (!granted && xchg(&target->arch.pvsched.granted, 0))
		WRITE_ONCE(target->arch.pvsched.granted_at, 0);
}

/**
 * pvsched_load() - A vCPU gets a CPU.
 * @vcpu:	the vCPU
 *
 * Context: its thread, preemption off.
 */
void pvsched_load(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	u64 loads = this_cpu_inc_return(pvsched_loads) - 1;
	bool next;

	WRITE_ONCE(state->runs, state->runs + 1);
	if (state->named)
		WRITE_ONCE(state->named, false);
	state->passed = 0;

	if (unlikely(READ_ONCE(state->displaced)))
		pvsched_send_displaced(vcpu);

	if (state->yielding_to)
		pvsched_check_bounce(vcpu);

	if (READ_ONCE(state->granted)) {
		next = state->granted_cpu != raw_smp_processor_id() ||
		       state->granted_loads == loads;
		pvsched_settle_yield(vcpu, vcpu, next ? PVSCHED_STUCK : PVSCHED_IGNORED);
	}
}

/* See pvsched_enter(). */
void __pvsched_enter(struct kvm_vcpu *vcpu)
{
	u64 ns = local_clock() - vcpu->arch.pvsched.granted_at;

	WRITE_ONCE(vcpu->arch.pvsched.granted_at, 0);
	this_cpu_inc(pvsched_hist[pvsched_bucket_of(ns)]);
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

static struct dentry *pvsched_stats_dir;

void __init pvsched_stats_init(void)
{
	pvsched_stats_dir = debugfs_create_dir("kvm_pvsched", NULL);
	debugfs_create_file("yield_to_run_ns", 0444, pvsched_stats_dir, NULL, &pvsched_hist_fops);
}

void pvsched_stats_exit(void)
{
	debugfs_remove(pvsched_stats_dir);
}
