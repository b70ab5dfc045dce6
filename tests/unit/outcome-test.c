// SPDX-License-Identifier: GPL-2.0
/*
 * host/outcome.c in user space: what becomes of a yield is counted once, by the vCPU that
 * finds out first, and the time until its target runs is in the histogram.
 */
#include <stdarg.h>

#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <linux/debugfs.h>
#include <linux/percpu.h>

#include "internal.h"

#define VCPUS		3
#define OWN_CPU		0
#define OTHER_CPU	1
#define THIRD_CPU	2
#define MAX_LINES	400

int unit_cpu;
unsigned int nr_cpu_ids = 3;

static struct kvm kvm;
static struct kvm_vcpu vcpu[VCPUS], *vcpus[VCPUS], *const me = &vcpu[0], *const target = &vcpu[1];
static struct task_struct task[VCPUS];
static struct pid pid[VCPUS];
static u64 clock_ns;

/* What the file says: from when, and how many. */
static u64 starts[MAX_LINES], counts[MAX_LINES];
static int lines;

static int traced, traced_outcome;

u64 local_clock(void)
{
	return clock_ns;
}

void trace_pvsched_outcome(u32 target_id, int reason, int outcome)
{
	unit_require(target_id == (u32)target->vcpu_id);
	traced++;
	traced_outcome = outcome;
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return NULL;
}

void debugfs_remove(struct dentry *dentry) { }

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	unit_require(lines < MAX_LINES && !strcmp(fmt, "%llu %llu\n"));
	va_start(args, fmt);
	starts[lines] = va_arg(args, u64);
	counts[lines++] = va_arg(args, u64);
	va_end(args);
}

static void read_file(void)
{
	static const struct file_operations *fops;

	if (!fops) {
		pvsched_outcome_init();
		fops = unit_find("debugfs", "yield_to_run_ns");
	}
	lines = 0;
	fops->show(NULL, NULL);
}

static u64 counted(void)
{
	u64 sum = 0;
	int i;

	read_file();
	for (i = 0; i < lines; i++)
		sum += counts[i];

	return sum;
}

/* Everything that is counted of yields, of all vCPUs */
static u64 outcomes(void)
{
	u64 sum = 0;
	int i;

#define ADD(reason)							\
	(sum += vcpu[i].stat.pvsched_yield_stuck_##reason +		\
	 vcpu[i].stat.pvsched_yield_ignored_##reason +			\
	 vcpu[i].stat.pvsched_yield_bounced_##reason)
	for (i = 0; i < VCPUS; i++) {
		ADD(hinted); ADD(interrupt); ADD(irqs_off); ADD(queued);
		ADD(kernel); ADD(any); ADD(hypercall); ADD(base);
	}
	unit_require(sum == (u64)traced);

	return sum;
}

/* A vCPU gets a CPU. */
static void load(struct kvm_vcpu *v, int cpu)
{
	unit_cpu = cpu;
	pvsched_outcome_load(v);
	v->arch.pvsched.runs++;
	unit_cpu = OWN_CPU;
}

static void enter(struct kvm_vcpu *v, int cpu)
{
	unit_cpu = cpu;
	pvsched_enter(v);
	unit_cpu = OWN_CPU;
}

FIXTURE(outcome) { int unused; };

FIXTURE_SETUP(outcome)
{
	int i;

	for (i = 0; i < VCPUS; i++) {
		pid[i].task = &task[i];
		task[i].cpu = i ? OTHER_CPU : OWN_CPU;
		vcpus[i] = &vcpu[i];
		vcpu[i].kvm = &kvm;
		vcpu[i].vcpu_id = 10 + i;
		vcpu[i].vcpu_idx = i;
		vcpu[i].pid = &pid[i];
	}
	atomic_set(&kvm.online_vcpus, VCPUS);
	kvm.unit_vcpus = vcpus;
	clock_ns = 1000000;
}

FIXTURE_TEARDOWN(outcome) { }

/* The next vCPU on the CPU that it waited for */
TEST_F(outcome, sticks)
{
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_HYPERCALL));
	pvsched_yield_ends(me, target, true, false);
	EXPECT_EQ(0, outcomes());

	load(target, OTHER_CPU);
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_hypercall);
	EXPECT_EQ(PVSCHED_STUCK, traced_outcome);
	load(target, OTHER_CPU);
	EXPECT_EQ(1, outcomes());
}

TEST_F(outcome, ignored_if_another_was_next)
{
	load(&vcpu[2], OTHER_CPU);
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_HINTED));
	pvsched_yield_ends(me, target, true, false);
	load(&vcpu[2], OTHER_CPU);
	load(target, OTHER_CPU);
	EXPECT_EQ(1, target->stat.pvsched_yield_ignored_hinted);
	EXPECT_EQ(PVSCHED_IGNORED, traced_outcome);
	EXPECT_EQ(1, outcomes());
}

/* What came to the CPU for which it waited does not matter then. */
TEST_F(outcome, sticks_on_another_cpu)
{
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_AHEAD));
	pvsched_yield_ends(me, target, true, false);
	load(&vcpu[2], OTHER_CPU);
	load(&vcpu[2], THIRD_CPU);
	load(target, THIRD_CPU);
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_queued);
	EXPECT_EQ(1, outcomes());
}

/* A caller that was to leave its CPU has it, and the target has not run. */
TEST_F(outcome, bounces)
{
	task[1].cpu = OWN_CPU;
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_BASE));
	pvsched_yield_ends(me, target, true, true);
	EXPECT_EQ(1, me->stat.pvsched_yield_bounced_base);
	EXPECT_EQ(PVSCHED_BOUNCED, traced_outcome);
	load(target, OWN_CPU);
	EXPECT_EQ(1, outcomes());

	/* The target has run, and said so. */
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_BASE));
	load(target, OWN_CPU);
	pvsched_yield_ends(me, target, true, true);
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_base);
	EXPECT_EQ(2, outcomes());
}

/* The caller is preempted before the scheduler's answer comes back to it. */
TEST_F(outcome, ends_once)
{
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_KERNEL));
	load(me, OWN_CPU);
	EXPECT_EQ(1, me->stat.pvsched_yield_bounced_kernel);

	/* This is of another vCPU's yield. */
	ASSERT_TRUE(pvsched_yield_begins(&vcpu[2], target, PVSCHED_ANY));
	pvsched_yield_ends(me, target, true, true);
	pvsched_yield_ends(me, target, false, false);
	EXPECT_EQ(1, outcomes());
	EXPECT_NE(0, target->arch.pvsched.granted_at);
	load(target, OTHER_CPU);
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_any);
	EXPECT_EQ(2, outcomes());
}

/* A caller that is loaded after its target has run does not count it. */
TEST_F(outcome, comes_back_late)
{
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_IRQS_OFF));
	target->arch.pvsched.runs++;
	load(me, OWN_CPU);
	EXPECT_EQ(0, outcomes());
	load(target, OTHER_CPU);
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_irqs_off);
}

TEST_F(outcome, declined)
{
	u64 before = counted();

	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_ANY));
	pvsched_yield_ends(me, target, false, true);
	EXPECT_EQ(0, outcomes());
	clock_ns += 100;
	load(target, OTHER_CPU);
	enter(target, OTHER_CPU);
	EXPECT_EQ(0, outcomes());
	EXPECT_EQ(before, counted());

	EXPECT_TRUE(pvsched_yield_begins(me, target, PVSCHED_ANY));
}

TEST_F(outcome, of_one_yield_at_a_time)
{
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_ANY));
	EXPECT_FALSE(pvsched_yield_begins(&vcpu[2], target, PVSCHED_HINTED));
	EXPECT_EQ(NULL, vcpu[2].arch.pvsched.yield_target);
	load(target, OTHER_CPU);
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_any);

	/* Nor of one for which no vCPU or task is there */
	EXPECT_FALSE(pvsched_yield_begins(NULL, target, PVSCHED_BASE));
	target->pid = NULL;
	EXPECT_FALSE(pvsched_yield_begins(me, target, PVSCHED_BASE));
	EXPECT_EQ(1, outcomes());
}

#define EXPECT_COUNTED(REASON, reason)						\
do {										\
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_##REASON));	\
	load(target, OTHER_CPU);						\
	EXPECT_EQ(1, target->stat.pvsched_yield_stuck_##reason);		\
	ASSERT_TRUE(pvsched_yield_begins(&vcpu[2], target, PVSCHED_##REASON));	\
	load(&vcpu[0], OTHER_CPU);						\
	load(target, OTHER_CPU);						\
	EXPECT_EQ(1, target->stat.pvsched_yield_ignored_##reason);		\
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_##REASON));	\
	pvsched_yield_ends(me, target, true, true);				\
	EXPECT_EQ(1, me->stat.pvsched_yield_bounced_##reason);			\
	EXPECT_EQ(sum += 3, outcomes());					\
} while (0)

TEST_F(outcome, by_reason)
{
	u64 sum = 0;

	EXPECT_COUNTED(HINTED, hinted);
	EXPECT_COUNTED(INTERRUPT, interrupt);
	EXPECT_COUNTED(IRQS_OFF, irqs_off);
	EXPECT_COUNTED(AHEAD, queued);
	EXPECT_COUNTED(KERNEL, kernel);
	EXPECT_COUNTED(ANY, any);
	EXPECT_COUNTED(HYPERCALL, hypercall);
	EXPECT_COUNTED(BASE, base);
}

/* Time runs from the first yield until the target enters the guest. */
TEST_F(outcome, takes_time)
{
	u64 before = counted();

	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_ANY));
	pvsched_yield_ends(me, target, true, true);
	clock_ns += 1000;
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_ANY));
	clock_ns += 24;
	load(target, OTHER_CPU);
	EXPECT_EQ(before, counted());
	enter(target, OTHER_CPU);
	EXPECT_EQ(before + 1, counted());
	EXPECT_EQ(1024, starts[lines - 1]);

	enter(target, OTHER_CPU);
	EXPECT_EQ(before + 1, counted());

	/* Clocks of two CPUs may differ. */
	ASSERT_TRUE(pvsched_yield_begins(me, target, PVSCHED_ANY));
	clock_ns -= 5;
	load(target, OTHER_CPU);
	enter(target, OTHER_CPU);
	EXPECT_EQ(before + 2, counted());
	EXPECT_EQ(0, starts[0]);
}

/* Where in the file a time of @ns is */
static u64 start_of(u64 ns)
{
	static u64 was[MAX_LINES], had[MAX_LINES];
	int i, j, n = lines;

	memcpy(was, starts, sizeof(was));
	memcpy(had, counts, sizeof(had));
	target->arch.pvsched.granted_at = clock_ns;
	clock_ns += ns;
	enter(target, unit_cpu);
	clock_ns -= ns;
	read_file();
	for (i = j = 0; i < lines; i++) {
		if (j == n || starts[i] != was[j])
			return starts[i];
		if (counts[i] != had[j++])
			return starts[i];
	}
	unit_require(false);

	return 0;
}

/* A bucket is no wider than an eighth of what it begins with. */
TEST_F(outcome, in_buckets)
{
	u64 ns, start, last = 0;

	read_file();
	for (ns = 1; ns < 1ull << 39; ns += ns / 20 + 1) {
		start = start_of(ns);
		ASSERT_LE(start, ns);
		ASSERT_LE(ns - start, start / 8);
		ASSERT_GE(start, last);
		last = start;
	}
	EXPECT_LT(1ull << 38, start_of(1ull << 39));
	EXPECT_EQ(start_of(1ull << 40), start_of(1ull << 62));
}

TEST_HARNESS_MAIN
