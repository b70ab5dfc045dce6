// SPDX-License-Identifier: GPL-2.0
/*
 * host/boost.c, host/yield.c and host/vcpu.c in user space: which target a vCPU
 * that spins yields to, that no scan is longer than its bound, that no vCPU
 * starves, and where the CPU comes from.
 *
 * Each test is a process of its own, so it starts with the kernel's state as
 * it is at boot.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "internal.h"
#include "random.h"

#define MAX_VCPUS	4096
/* What one scan may visit; PVSCHED_SCAN_MAX. */
#define MAX_LOOKS	64
#define PAUSE_NS	500000
#define SPIN_BYTES	64
#define OWN_CPU		3
#define OTHER_CPU	5

/*
 * The kernel, as this test decides it
 */
int unit_cpu = OWN_CPU;
unsigned int nr_cpu_ids = 64;

/* The scheduler's own, of which host/params.c makes parameters. */

static struct kvm kvm;
static struct kvm_vcpu *me;
bool enable_apicv;
static u64 clock_ns = 1000000;
static int preempt_depth;
static bool alone, declines, pullable = true, swappable, resched = true;
static unsigned int waiting = 1;

/* What was seen since world__forget(). */
static struct {
	struct kvm_vcpu *given[4];
	unsigned int nr_given, nr_halt_directed, pulls, swaps, base_yields, begins, ends, schedules;
	struct kvm_vcpu *moved, *brought;
	int moved_to;
	bool leaves_cpu;
	enum pvsched_reason reason;
} seen;

u64 local_clock(void)
{
	return clock_ns;
}

unsigned int pvsched_nr_waiting_here(void)
{
	return alone ? 0 : waiting;
}

struct kvm_vcpu *kvm_get_running_vcpu(void)
{
	return me;
}

static struct kvm_vcpu *vcpu__of(struct task_struct *task)
{
	int i;

	for (i = 0; i < kvm.online_vcpus.counter; i++)
		if (kvm.unit_vcpus[i]->pid && kvm.unit_vcpus[i]->pid->task == task)
			return kvm.unit_vcpus[i];
	return NULL;
}

bool pvsched_pull_task(struct task_struct *task)
{
	unit_require(!unit_rcu_depth && task->refs > 0);
	seen.pulls++;
	if (pullable)
		task->cpu = unit_cpu;
	alone = alone && !pullable;

	return pullable;
}

bool pvsched_swap_in(struct task_struct *task, struct pvsched_position *position)
{
	int cpu = task->cpu;

	unit_require(!unit_rcu_depth && preempt_depth && task->refs > 0);
	seen.swaps += cpu != unit_cpu;
	if (!swappable || cpu == unit_cpu)
		return false;
	task->cpu = unit_cpu;
	position->cpu = cpu;
	seen.brought = vcpu__of(task);
	seen.given[seen.nr_given++] = seen.brought;

	return true;
}

void pvsched_swap_out(struct task_struct *task, const struct pvsched_position *position)
{
	unit_require(!unit_rcu_depth && task->refs > 0);
	seen.moved = vcpu__of(task);
	seen.moved_to = position->cpu;
}

bool need_resched(void)
{
	return resched;
}

void preempt_disable(void)
{
	preempt_depth++;
}

/* From here on the target may run, and must know which vCPU to move. */
void preempt_enable(void)
{
	unit_require(preempt_depth > 0);
	preempt_depth--;
	if (!seen.brought)
		return;
	unit_require(seen.brought->arch.pvsched.displaced == me->vcpu_idx + 1);
	unit_require(seen.begins == seen.ends + 1);
}

void schedule(void)
{
	unit_require(!preempt_depth && seen.brought && seen.begins == seen.ends + 1);
	unit_require(me->arch.pvsched.at_rest);
	seen.schedules++;
}

static bool give(struct task_struct *task)
{
	unit_require(!unit_rcu_depth && task->refs > 0);
	unit_require(seen.nr_given < ARRAY_SIZE(seen.given));
	seen.given[seen.nr_given++] = vcpu__of(task);

	return !declines;
}

bool pvsched_yield_to(struct task_struct *task)
{
	unit_require(me->arch.pvsched.at_rest);
	return give(task);
}

bool pvsched_set_next_here(struct task_struct *task)
{
	seen.nr_halt_directed++;

	return give(task);
}

int yield_to(struct task_struct *task, bool preempt)
{
	unit_require(preempt && me->arch.pvsched.at_rest);
	seen.base_yields++;

	return give(task);
}

/* As virt/kvm/kvm_main.c. */
int kvm_vcpu_yield_to(struct kvm_vcpu *target)
{
	struct task_struct *task = pvsched_task_of(target);
	int ret;

	if (!task)
		return 0;
	ret = kvm_arch_yield_to(target, task);
	put_task_struct(task);

	return ret;
}

bool pvsched_yield_begins(struct kvm_vcpu *vcpu, struct kvm_vcpu *target,
			  enum pvsched_reason reason)
{
	unit_require(vcpu == me && target != me);
	seen.begins++;
	seen.reason = reason;

	return true;
}

void pvsched_yield_ends(struct kvm_vcpu *vcpu, struct kvm_vcpu *target, bool granted,
			bool leaves_cpu)
{
	seen.ends++;
	seen.leaves_cpu = leaves_cpu;
	unit_require(granted == !declines);
}

void trace_pvsched_boost(u32 vcpu_id, u32 target_id, int reason, bool granted)
{
	unit_require(vcpu_id == (u32)me->vcpu_id && target_id != vcpu_id);
	unit_require(reason >= PVSCHED_HINTED && reason <= PVSCHED_ANY);
	unit_require(!granted || !declines);
}

void trace_pvsched_outcome(u32 target_id, int reason, int outcome)
{
}

void trace_pvsched_target(u32 vcpu_id, u32 apic_id, int verdict)
{
}

void trace_pvsched_yield(u32 vcpu_id, u32 reason, u32 named, u32 directed)
{
}

/*
 * The VM
 */
static void world__create(int vcpus)
{
	struct kvm_vcpu *vcpu;
	int i;

	kvm.online_vcpus.counter = vcpus;
	kvm.unit_vcpus = calloc(vcpus, sizeof(*kvm.unit_vcpus));
	for (i = 0; i < vcpus; i++) {
		vcpu = calloc(1, sizeof(*vcpu));
		vcpu->kvm = &kvm;
		vcpu->vcpu_id = i;
		vcpu->vcpu_idx = i;
		vcpu->arch.apic = calloc(1, sizeof(*vcpu->arch.apic));
		vcpu->pid = calloc(1, sizeof(*vcpu->pid));
		vcpu->pid->task = calloc(1, sizeof(*vcpu->pid->task));
		vcpu->pid->task->cpu = OWN_CPU;
		vcpu->cpu = OWN_CPU;
		kvm.unit_vcpus[i] = vcpu;
	}
	me = kvm.unit_vcpus[0];
	me->unit_rip = 0x5000;
}

static void world__forget(void)
{
	memset(&seen, 0, sizeof(seen));
	unit_lookups = 0;
}

/* Ready, and the best reason for it is @reason. */
static void vcpu__set(struct kvm_vcpu *vcpu, enum pvsched_reason reason, int cpu)
{
	vcpu->ready = reason != PVSCHED_NONE;
	vcpu->arch.pvsched.hinted = reason == PVSCHED_HINTED;
	vcpu->arch.apic->irr_pending = reason == PVSCHED_INTERRUPT;
	vcpu->arch.pvsched.irqs_off = reason == PVSCHED_IRQS_OFF;
	vcpu->arch.pvsched.spinning = reason == PVSCHED_AHEAD || reason == PVSCHED_BEHIND;
	vcpu->arch.pvsched.spin_since = reason == PVSCHED_BEHIND ? ~0ull : 0;
	vcpu->arch.preempted_in_kernel = reason == PVSCHED_IRQS_OFF || reason == PVSCHED_KERNEL;
	vcpu->pid->task->cpu = cpu;
	vcpu->cpu = cpu;
}

static struct kvm_vcpu *spin(void)
{
	world__forget();
	unit_require(kvm_arch_vcpu_on_spin(me));
	unit_require(!unit_rcu_depth && me->arch.pvsched.spin_rip == me->unit_rip);
	unit_require(unit_lookups <= MAX_LOOKS);
	unit_require(seen.begins == seen.nr_given && seen.ends == seen.nr_given);
	unit_require(!me->arch.pvsched.at_rest);

	return seen.given[0];
}

/* Late enough for each vCPU to be chosen again. */
static struct kvm_vcpu *spin_later(void)
{
	clock_ns += 2 * PAUSE_NS;
	return spin();
}

FIXTURE(boost)
{
	struct kvm_vcpu **vcpu;
};

/* No vCPU is ready; a test changes what it is about. */
FIXTURE_SETUP(boost)
{
	world__create(8);
	self->vcpu = kvm.unit_vcpus;
}

FIXTURE_TEARDOWN(boost)
{
}

/*
 * Which
 */
TEST_F(boost, no_candidate)
{
	EXPECT_EQ(NULL, spin());
	me->ready = true;
	EXPECT_EQ(NULL, spin());
	EXPECT_EQ(0, seen.begins);
}

/* A better reason wins, wherever the two are and wherever the scan starts. */
TEST_F(boost, order)
{
	int better, worse, first, start;

	for (better = PVSCHED_HINTED; better < PVSCHED_ANY; better++)
		for (worse = better + 1; worse <= PVSCHED_ANY; worse++)
			for (first = 0; first < 2; first++)
				for (start = 0; start < 8; start++) {
					self->vcpu[2 + first]->arch.pvsched.skipped = 0;
					self->vcpu[3 - first]->arch.pvsched.skipped = 0;
					vcpu__set(self->vcpu[2 + first], better, OWN_CPU);
					vcpu__set(self->vcpu[3 - first], worse, OWN_CPU);
					kvm.last_boosted_vcpu = start;
					EXPECT_EQ(self->vcpu[2 + first], spin_later());
					EXPECT_EQ(1, seen.nr_given);
					EXPECT_EQ(better, seen.reason);
				}
}

TEST_F(boost, running_and_blocked)
{
	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OWN_CPU);
	self->vcpu[2]->ready = false;
	vcpu__set(self->vcpu[3], PVSCHED_KERNEL, OWN_CPU);
	self->vcpu[3]->unit_blocking = true;
	EXPECT_EQ(NULL, spin());

	/* Woken up: there is something to do for it. */
	self->vcpu[3]->arch.apic->irr_pending = true;
	EXPECT_EQ(self->vcpu[3], spin());
	EXPECT_EQ(PVSCHED_INTERRUPT, seen.reason);
}

/* Whether it left in user or kernel mode, with and without APICv. */
TEST_F(boost, pending_interrupt)
{
	int kernel, apicv;

	for (kernel = 0; kernel < 2; kernel++)
		for (apicv = 0; apicv < 2; apicv++) {
			vcpu__set(self->vcpu[2], PVSCHED_IRQS_OFF, OWN_CPU);
			vcpu__set(self->vcpu[3], PVSCHED_ANY, OWN_CPU);
			self->vcpu[3]->arch.preempted_in_kernel = kernel;
			self->vcpu[3]->arch.apicv_active = apicv;
			self->vcpu[3]->arch.apic->irr_pending = true;
			self->vcpu[3]->unit_runnable = apicv;
			EXPECT_EQ(self->vcpu[3], spin_later());
			EXPECT_EQ(PVSCHED_INTERRUPT, seen.reason);
		}

	/* With APICv the hint is always set and says nothing. */
	self->vcpu[3]->arch.apicv_active = true;
	self->vcpu[3]->unit_runnable = false;
	EXPECT_EQ(self->vcpu[2], spin_later());
}

static void preempt(struct kvm_vcpu *vcpu, unsigned long rip, bool interrupts)
{
	vcpu->unit_rip = rip;
	vcpu->unit_if = interrupts;
	vcpu->ready = true;
	vcpu->cpu = OWN_CPU;
	vcpu->scheduled_out = true;
	vcpu->arch.at_instruction_boundary = true;
	pvsched_put_preempted(vcpu);
}

/* The shim sees to it that no register is read where one may be half written. */
TEST_F(boost, scheduled_out_inside_an_exit)
{
	struct kvm_vcpu *vcpu = self->vcpu[2];
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;

	state->spin_rip = 0x10000;
	preempt(vcpu, 0x10000, false);
	EXPECT_TRUE(state->spinning && state->irqs_off);

	vcpu->arch.at_instruction_boundary = false;
	pvsched_put_preempted(vcpu);
	EXPECT_FALSE(state->spinning || state->irqs_off);

	pvsched_rest_begin(vcpu);
	pvsched_put_preempted(vcpu);
	EXPECT_TRUE(state->spinning && state->irqs_off);
	pvsched_rest_end(vcpu);
	EXPECT_FALSE(pvsched_is_at_rest(vcpu));
}

/* What the last exit said does not hold for an ioctl that follows. */
TEST_F(boost, loaded)
{
	struct kvm_vcpu *vcpu = self->vcpu[2];

	preempt(vcpu, 0x10000, false);
	EXPECT_EQ(1, kvm.arch.pvsched.preempted.counter);
	vcpu->arch.pvsched.hinted = true;
	pvsched_vcpu_load(vcpu);
	EXPECT_TRUE(vcpu->arch.at_instruction_boundary);
	EXPECT_FALSE(vcpu->arch.pvsched.hinted);
	EXPECT_EQ(1, vcpu->arch.pvsched.runs);
	EXPECT_EQ(0, kvm.arch.pvsched.preempted.counter);

	vcpu->scheduled_out = false;
	pvsched_vcpu_load(vcpu);
	EXPECT_FALSE(vcpu->arch.at_instruction_boundary);
	EXPECT_EQ(0, kvm.arch.pvsched.preempted.counter);

	/* Switched off meanwhile, or not on yet. */
	preempt(vcpu, 0x10000, false);
	pvsched_boost = false;
	pvsched_vcpu_load(vcpu);
	pvsched_put_preempted(vcpu);
	pvsched_vcpu_load(vcpu);
	EXPECT_EQ(0, kvm.arch.pvsched.preempted.counter);
}

/* Within the loop of the last pause-loop exit, and just outside of it. */
TEST_F(boost, spinning)
{
	static const struct {
		long from_spin;
		bool spinning;
	} t[] = {
		{ 0, true }, { 2, true }, { -SPIN_BYTES, true },
		{ SPIN_BYTES - 1, true }, { SPIN_BYTES, false },
		{ -SPIN_BYTES - 1, false }, { 4096, false }, { -4096, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		self->vcpu[2]->arch.pvsched.spin_rip = 0x10000;
		preempt(self->vcpu[2], 0x10000 + t[i].from_spin, i % 2);
		EXPECT_EQ(t[i].spinning, self->vcpu[2]->arch.pvsched.spinning);
		EXPECT_EQ(i % 2, !self->vcpu[2]->arch.pvsched.irqs_off);
	}

	pvsched_boost = false;
	preempt(self->vcpu[3], self->vcpu[3]->arch.pvsched.spin_rip, false);
	EXPECT_FALSE(self->vcpu[3]->arch.pvsched.spinning);
}

static void spinner(struct kvm_vcpu *vcpu, u64 since)
{
	vcpu->arch.pvsched.spin_rip = 0x10000;
	vcpu->arch.pvsched.spin_since = since;
	preempt(vcpu, 0x10002, false);
}

/* Holder and waiters of a spinlock all have interrupts off. */
TEST_F(boost, waiters_come_after_the_holder)
{
	spinner(self->vcpu[2], clock_ns - 1);
	self->vcpu[3]->arch.pvsched.spin_rip = 0x10000;
	preempt(self->vcpu[3], 0x20000, false);
	EXPECT_EQ(self->vcpu[3], spin());
	EXPECT_EQ(PVSCHED_IRQS_OFF, seen.reason);

	/* But before one that may have nothing to do with the lock. */
	vcpu__set(self->vcpu[3], PVSCHED_KERNEL, OWN_CPU);
	EXPECT_EQ(self->vcpu[2], spin());
	EXPECT_EQ(PVSCHED_AHEAD, seen.reason);

	/* An interrupt that a spinner cannot take is no reason; one it can is. */
	self->vcpu[2]->arch.apic->irr_pending = true;
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(PVSCHED_AHEAD, seen.reason);
	self->vcpu[2]->arch.pvsched.irqs_off = false;
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(PVSCHED_INTERRUPT, seen.reason);
}

TEST_F(boost, first_come)
{
	unsigned int start;

	spinner(self->vcpu[1], clock_ns - 10);
	spinner(self->vcpu[2], clock_ns - 30);
	spinner(self->vcpu[4], clock_ns - 20);
	for (start = 0; start < 8; start++) {
		kvm.last_boosted_vcpu = start;
		EXPECT_EQ(self->vcpu[2], spin_later());
	}

	/* A vCPU that came later than the caller does not help it. */
	vcpu__set(self->vcpu[1], PVSCHED_NONE, OWN_CPU);
	vcpu__set(self->vcpu[2], PVSCHED_NONE, OWN_CPU);
	vcpu__set(self->vcpu[4], PVSCHED_NONE, OWN_CPU);
	spinner(self->vcpu[5], me->arch.pvsched.spin_since);
	EXPECT_EQ(NULL, spin_later());
	spinner(self->vcpu[5], me->arch.pvsched.spin_since + 1);
	EXPECT_EQ(NULL, spin_later());
	spinner(self->vcpu[5], me->arch.pvsched.spin_since - 1);
	EXPECT_EQ(self->vcpu[5], spin_later());
}

/* The caller spins on in the same loop, or it does so anew. */
TEST_F(boost, since_when)
{
	u64 since;

	spin();
	since = me->arch.pvsched.spin_since;
	EXPECT_EQ(clock_ns, since);
	me->stat.exits += 4;
	me->unit_rip += SPIN_BYTES - 1;
	spin_later();
	EXPECT_EQ(since, me->arch.pvsched.spin_since);

	me->stat.exits += 5;
	spin_later();
	EXPECT_EQ(clock_ns, me->arch.pvsched.spin_since);

	me->unit_rip += SPIN_BYTES;
	me->stat.exits++;
	spin_later();
	EXPECT_EQ(clock_ns, me->arch.pvsched.spin_since);
}

TEST_F(boost, not_twice_for_one_reason)
{
	vcpu__set(self->vcpu[2], PVSCHED_KERNEL, OWN_CPU);
	EXPECT_EQ(self->vcpu[2], spin());
	EXPECT_EQ(NULL, spin());
	clock_ns += PAUSE_NS - 1;
	EXPECT_EQ(NULL, spin());
	clock_ns++;
	EXPECT_EQ(self->vcpu[2], spin());

	vcpu__set(self->vcpu[2], PVSCHED_INTERRUPT, OWN_CPU);
	EXPECT_EQ(self->vcpu[2], spin());
	vcpu__set(self->vcpu[3], PVSCHED_ANY, OWN_CPU);
	EXPECT_EQ(self->vcpu[3], spin());

	/* A scan that began later has chosen the vCPU. */
	self->vcpu[3]->arch.pvsched.boosted_at = clock_ns + 1;
	EXPECT_EQ(NULL, spin());
}

TEST_F(boost, without_local_apic)
{
	vcpu__set(self->vcpu[2], PVSCHED_KERNEL, OWN_CPU);
	self->vcpu[2]->arch.apic = NULL;
	EXPECT_EQ(self->vcpu[2], spin());
	self->vcpu[2]->pid = NULL;
	EXPECT_EQ(NULL, spin_later());
}

/*
 * Where
 */
/* Preempt another CPU for a vCPU that was named or holds a lock, and first. */
TEST_F(boost, here_and_elsewhere)
{
	static const enum pvsched_reason weak[] = {
		PVSCHED_INTERRUPT, PVSCHED_KERNEL, PVSCHED_ANY,
	};
	unsigned int i;

	vcpu__set(self->vcpu[3], PVSCHED_ANY, OWN_CPU);
	for (i = 0; i < 60; i++) {
		vcpu__set(self->vcpu[2], weak[i % 3], OTHER_CPU);
		EXPECT_EQ(self->vcpu[3], spin_later());
		EXPECT_EQ(1, seen.nr_given);
		EXPECT_TRUE(seen.leaves_cpu);
	}

	vcpu__set(self->vcpu[2], PVSCHED_IRQS_OFF, OTHER_CPU);
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(self->vcpu[3], seen.given[1]);
	self->vcpu[2]->arch.pvsched.skipped = 0;

	spinner(self->vcpu[2], clock_ns - 1000000);
	self->vcpu[2]->cpu = OTHER_CPU;
	self->vcpu[2]->pid->task->cpu = OTHER_CPU;
	me->arch.pvsched.spin_since = clock_ns;
	EXPECT_EQ(self->vcpu[2], spin_later());
	self->vcpu[2]->arch.pvsched.spinning = false;

	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OTHER_CPU);
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(2, seen.nr_given);
	EXPECT_EQ(self->vcpu[3], seen.given[1]);

	vcpu__set(self->vcpu[3], PVSCHED_NONE, OWN_CPU);
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_FALSE(seen.leaves_cpu);
	EXPECT_EQ(0, seen.pulls);
}

TEST_F(boost, alone)
{
	alone = true;
	vcpu__set(self->vcpu[2], PVSCHED_ANY, OTHER_CPU);
	EXPECT_EQ(self->vcpu[2], spin());
	EXPECT_EQ(1, seen.pulls);
	EXPECT_TRUE(seen.leaves_cpu);

	alone = true;
	pullable = false;
	vcpu__set(self->vcpu[2], PVSCHED_ANY, OTHER_CPU);
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(1, seen.pulls);
	EXPECT_FALSE(seen.leaves_cpu);
}

/* The target moves the caller to the position that the target had. */
TEST_F(boost, swaps)
{
	struct kvm_vcpu *target = self->vcpu[2];

	swappable = true;
	vcpu__set(target, PVSCHED_HINTED, OTHER_CPU);
	EXPECT_EQ(1, kvm_vcpu_yield_to(target));
	EXPECT_TRUE(seen.leaves_cpu);
	EXPECT_EQ(1, seen.schedules);
	EXPECT_EQ(1, seen.ends);
	EXPECT_EQ(1, seen.nr_given);
	EXPECT_EQ(1, me->stat.pvsched_swapped);
	EXPECT_EQ(me->vcpu_idx + 1, target->arch.pvsched.displaced);
	EXPECT_EQ(NULL, seen.moved);

	pvsched_move_displaced(target);
	EXPECT_EQ(me, seen.moved);
	EXPECT_EQ(OTHER_CPU, seen.moved_to);
	EXPECT_EQ(0, target->arch.pvsched.displaced);
	EXPECT_EQ(0, me->pid->task->refs);

	/* A preemptible kernel has left the CPU already. */
	world__forget();
	target->pid->task->cpu = OTHER_CPU;
	resched = false;
	EXPECT_EQ(1, kvm_vcpu_yield_to(target));
	resched = true;
	EXPECT_EQ(0, seen.schedules);
	EXPECT_EQ(1, seen.ends);
	EXPECT_EQ(me->vcpu_idx + 1, target->arch.pvsched.displaced);

	/* Its thread may be gone by then. */
	world__forget();
	target->arch.pvsched.displaced = me->vcpu_idx + 1;
	me->pid = NULL;
	pvsched_move_displaced(target);
	EXPECT_EQ(NULL, seen.moved);

	/* A VM that ends destroys one vCPU after the other. */
	target->arch.pvsched.displaced = me->vcpu_idx + 1;
	kvm.unit_vcpus[me->vcpu_idx] = NULL;
	pvsched_move_displaced(target);
	EXPECT_EQ(NULL, seen.moved);
	kvm.unit_vcpus[me->vcpu_idx] = me;
}

/* Not if the caller keeps its CPU, or the scheduler does not want it. */
TEST_F(boost, does_not_swap)
{
	struct kvm_vcpu *target = self->vcpu[2];

	vcpu__set(target, PVSCHED_HINTED, OTHER_CPU);
	EXPECT_EQ(1, kvm_vcpu_yield_to(target));
	EXPECT_EQ(1, seen.swaps);
	EXPECT_FALSE(seen.leaves_cpu);
	EXPECT_EQ(0, me->stat.pvsched_swapped);
	EXPECT_EQ(0, target->arch.pvsched.displaced);

	world__forget();
	swappable = true;
	pvsched_swap = false;
	kvm_vcpu_yield_to(target);
	pvsched_swap = true;
	pvsched_direct(me, target, PVSCHED_HYPERCALL, true);
	EXPECT_EQ(PVSCHED_HYPERCALL, seen.reason);
	EXPECT_EQ(0, target->pid->task->refs);
	alone = true;
	pullable = false;
	kvm_vcpu_yield_to(target);
	EXPECT_EQ(0, seen.swaps);
	EXPECT_FALSE(seen.leaves_cpu);
}

/* The own CPU is for a vCPU that waits for it; swap only if there is none. */
TEST_F(boost, swaps_last)
{
	swappable = true;
	vcpu__set(self->vcpu[3], PVSCHED_ANY, OWN_CPU);
	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OTHER_CPU);
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(self->vcpu[3], seen.given[1]);
	EXPECT_EQ(0, seen.swaps);

	vcpu__set(self->vcpu[3], PVSCHED_NONE, OWN_CPU);
	EXPECT_EQ(self->vcpu[2], spin_later());
	EXPECT_EQ(1, seen.swaps);
	EXPECT_TRUE(seen.leaves_cpu);
}

TEST_F(boost, before_a_halt)
{
	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OTHER_CPU);
	world__forget();
	pvsched_before_halt(me);
	EXPECT_EQ(0, seen.pulls);
	vcpu__set(self->vcpu[2], PVSCHED_ANY, OTHER_CPU);

	/* No sibling was preempted: the host is not short of CPUs. */
	alone = true;
	pvsched_before_halt(me);
	EXPECT_EQ(0, unit_lookups);
	EXPECT_EQ(0, seen.pulls);

	kvm.arch.pvsched.preempted.counter = 1;
	pvsched_before_halt(me);
	EXPECT_EQ(1, seen.pulls);
	EXPECT_EQ(0, seen.nr_given);
	EXPECT_EQ(1, me->stat.pvsched_halt_pulled);
	EXPECT_EQ(OWN_CPU, self->vcpu[2]->pid->task->cpu);
	EXPECT_EQ(0, self->vcpu[2]->pid->task->refs);

	/* An idle VM has no vCPU to pull. */
	alone = true;
	self->vcpu[2]->ready = false;
	pvsched_before_halt(me);
	EXPECT_EQ(1, seen.pulls);

	self->vcpu[2]->ready = true;
	self->vcpu[2]->pid->task->cpu = OTHER_CPU;
	pvsched_boost = false;
	pvsched_before_halt(me);
	EXPECT_EQ(1, seen.pulls);
}

/* Of several that wait for the CPU, the one that others wait for comes next. */
TEST_F(boost, directs_its_cpu)
{
	static const enum pvsched_reason worth[] = {
		PVSCHED_HINTED, PVSCHED_INTERRUPT, PVSCHED_IRQS_OFF,
	};
	unsigned int i;

	waiting = 2;
	for (i = 0; i < ARRAY_SIZE(worth); i++) {
		vcpu__set(self->vcpu[2], worth[i], OWN_CPU);
		world__forget();
		pvsched_before_halt(me);
		EXPECT_EQ(1, seen.nr_halt_directed);
		EXPECT_EQ(self->vcpu[2], seen.given[0]);
		EXPECT_EQ(i + 1, me->stat.pvsched_halt_directed);
		EXPECT_EQ(0, seen.begins);
	}
	EXPECT_EQ(0, me->stat.pvsched_halt_pulled);
	EXPECT_EQ(0, self->vcpu[2]->pid->task->refs);

	declines = true;
	pvsched_before_halt(me);
	EXPECT_EQ(2, seen.nr_halt_directed);
	EXPECT_EQ(i, me->stat.pvsched_halt_directed);

	/* The scheduler knows no worse than a guess, and one alone is next anyway. */
	world__forget();
	vcpu__set(self->vcpu[2], PVSCHED_KERNEL, OWN_CPU);
	pvsched_before_halt(me);
	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OTHER_CPU);
	pvsched_before_halt(me);
	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OWN_CPU);
	waiting = 1;
	pvsched_before_halt(me);
	waiting = 2;
	pvsched_boost = false;
	pvsched_before_halt(me);
	EXPECT_EQ(0, seen.nr_halt_directed);
	EXPECT_EQ(0, seen.pulls);
}

TEST_F(boost, switched_off)
{
	pvsched_boost = false;
	vcpu__set(self->vcpu[2], PVSCHED_HINTED, OWN_CPU);
	EXPECT_FALSE(kvm_arch_vcpu_on_spin(me));
	EXPECT_FALSE(pvsched_serves_alone());
	EXPECT_EQ(0, seen.begins);

	alone = true;
	EXPECT_EQ(1, kvm_vcpu_yield_to(self->vcpu[2]));
	EXPECT_EQ(1, seen.base_yields);
	EXPECT_EQ(0, seen.pulls);
	EXPECT_EQ(1, seen.ends);
	EXPECT_TRUE(seen.leaves_cpu);
}

TEST_F(boost, declined)
{
	declines = true;
	vcpu__set(self->vcpu[2], PVSCHED_KERNEL, OWN_CPU);
	world__forget();
	EXPECT_EQ(0, pvsched_boost_untargeted(me));
	EXPECT_EQ(1, seen.nr_given);
	declines = false;
	clock_ns += PAUSE_NS;
	EXPECT_EQ(1, pvsched_boost_untargeted(me));
	EXPECT_EQ(0, seen.base_yields);
}

TEST_F(boost, hinted)
{
	pvsched_hint(self->vcpu[2]);
	EXPECT_FALSE(self->vcpu[2]->arch.pvsched.hinted);
	self->vcpu[2]->ready = true;
	pvsched_hint(self->vcpu[2]);
	EXPECT_TRUE(self->vcpu[2]->arch.pvsched.hinted);
}

/*
 * Bounds
 */

/* The next scan goes on after the last choice, for each caller. */
TEST_F(boost, rotation)
{
	int i;

	for (i = 1; i < 8; i++)
		vcpu__set(self->vcpu[i], PVSCHED_KERNEL, OWN_CPU);
	for (i = 1; i < 40; i++) {
		me = self->vcpu[i % 3];
		spin_later();
		EXPECT_EQ(kvm.last_boosted_vcpu, seen.given[0]->vcpu_idx);
		if (me != self->vcpu[(i + 1) % 8])
			EXPECT_NE(NULL, seen.given[0]);
	}
}

/* The worst candidate gets its turn, although better ones never run out. */
TEST_F(boost, skips)
{
	int i, calls = 0;

	for (i = 1; i < 7; i++)
		vcpu__set(self->vcpu[i], PVSCHED_HINTED, OWN_CPU);
	vcpu__set(self->vcpu[7], PVSCHED_ANY, OWN_CPU);
	while (spin_later() != self->vcpu[7] && calls < 1000)
		calls++;
	EXPECT_GE(calls, 8);
	EXPECT_LT(calls, 16 * 8);
}

static unsigned int starving(void)
{
	unsigned int i, starving = 0;

	for (i = 1; i < (unsigned int)kvm.online_vcpus.counter; i++)
		starving += kvm.unit_vcpus[i]->ready && !kvm.unit_vcpus[i]->arch.pvsched.boosted_at;
	return starving;
}

static void random_world(unsigned int vcpus)
{
	unsigned int i;

	world__create(vcpus);
	for (i = 1; i < vcpus; i++)
		vcpu__set(kvm.unit_vcpus[i], random_u64() % (PVSCHED_NONE + 1), OWN_CPU);
	kvm.last_boosted_vcpu = random_u64() % vcpus;
}

/* Whatever states the vCPUs stay in, each ready one is chosen before long. */
TEST(no_vcpu_starves)
{
	static const unsigned int sizes[] = { 2, 3, 8, 63, 64, 65, 66, 130, 300 };
	unsigned int i, calls;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		random_world(sizes[i]);
		for (calls = 0; calls < 40 * sizes[i] && starving(); calls++)
			spin_later();
		EXPECT_EQ(0, starving());
	}
}

/* A call for each vCPU, in the largest VM: spin() checks the bound. */
TEST(scan_is_bounded)
{
	unsigned int i;

	random_world(MAX_VCPUS);
	for (i = 0; i < 200; i++) {
		me = kvm.unit_vcpus[random_u64() % MAX_VCPUS];
		spin_later();
	}
	/* No vCPU to stop at. */
	world__create(MAX_VCPUS);
	EXPECT_EQ(NULL, spin());
	world__create(1);
	EXPECT_EQ(NULL, spin());
}

TEST_HARNESS_MAIN
