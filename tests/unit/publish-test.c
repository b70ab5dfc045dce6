// SPDX-License-Identifier: GPL-2.0
/*
 * host/capacity.c in user space: when a vCPU looks what its VM can have, what it does
 * with the number, and when a record is to be written.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "internal.h"

#define MS	1000000ull
#define VCPUS	4
#define CPU	1024u

int unit_cpu;
unsigned int tsc_khz = 2000000;

static struct kvm kvm;
static struct kvm_vcpu vcpu[VCPUS], *vcpus[VCPUS];
static struct task_struct task[VCPUS];
static struct pid pid[VCPUS];
static unsigned int cpus;
static u64 ns, tsc_behind;

/* What the scheduler says, and what was seen. */
static u32 number;
static unsigned int looks, counted, traced, clocks;
static bool first_sleeps;
static int reason, why_now;

u64 rdtsc(void)
{
	return ns * 2 + tsc_behind;
}

u64 local_clock(void)
{
	clocks++;
	return ns;
}

unsigned int num_online_cpus(void)
{
	return cpus;
}

void pvsched_census_add(struct pvsched_census *census, struct task_struct *p)
{
	unit_require(unit_rcu_depth == 1 && p);
	census->tasks++;
	census->runnable += p != &task[0] || !first_sleeps;
	counted++;
}

u32 pvsched_capacity_look(struct pvsched_capacity *c, const struct pvsched_census *census,
			  u32 nr, u64 now)
{
	unit_require(unit_rcu_depth == 1 && census->tasks && nr == VCPUS && now == ns);
	unit_require(kvm.arch.pvsched.looking);
	c->reason = why_now;
	c->votes = 1;
	looks++;

	return number;
}

void trace_pvsched_capacity(u32 vcpu_id, u32 before, u32 after, int why)
{
	unit_require(before != after || why != reason);
	reason = why;
	traced++;
}

void pvsched_vcpu_load(struct kvm_vcpu *v) { }
void pvsched_move_displaced(struct kvm_vcpu *v) { }
void pvsched_outcome_load(struct kvm_vcpu *v) { }
void __pvsched_enter(struct kvm_vcpu *v) { }
bool __pvsched_fast_inject(struct kvm_vcpu *v) { return false; }
void record_steal_time(struct kvm_vcpu *v) { }

FIXTURE(vm) { int unused; };

FIXTURE_SETUP(vm)
{
	unsigned int i;

	pvsched_capacity = true;
	for (i = 0; i < VCPUS; i++) {
		pid[i].task = &task[i];
		vcpus[i] = &vcpu[i];
		vcpu[i].kvm = &kvm;
		vcpu[i].vcpu_id = i;
		vcpu[i].pid = &pid[i];
		vcpu[i].arch.st.msr_val = KVM_MSR_ENABLED;
		vcpu[i].arch.pv_cpuid.features = BIT(PVSCHED_FEATURE_CAPACITY);
	}
	atomic_set(&kvm.online_vcpus, VCPUS);
	kvm.unit_vcpus = vcpus;
	cpus = 4;
	ns = 1000 * MS;
	number = 2 * CPU;
	why_now = PVSCHED_CAPACITY_VOTES;
}

FIXTURE_TEARDOWN(vm) { }

/* An entry of a vCPU: is its record to be written? */
static bool enter(unsigned int i)
{
	vcpu[i].requests = 0;
	pvsched_refresh(&vcpu[i]);
	unit_require(!unit_rcu_depth && !kvm.arch.pvsched.looking);

	return vcpu[i].requests == BIT(KVM_REQ_STEAL_UPDATE);
}

static unsigned int looks_after(u64 wait)
{
	ns += wait;
	enter(0);

	return looks;
}

TEST_F(vm, the_first_entry_looks)
{
	EXPECT_TRUE(enter(0));
	EXPECT_EQ(1, looks);
	EXPECT_EQ(VCPUS, counted);
	EXPECT_EQ(2 * CPU, kvm.arch.pvsched.number);
	EXPECT_EQ(2 * CPU, kvm.stat.pvsched_capacity);
	EXPECT_EQ(1, kvm.stat.pvsched_capacity_changes);
	EXPECT_EQ(1, traced);
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, reason);
}

TEST_F(vm, each_vcpu_is_told_once)
{
	unsigned int i;

	for (i = 0; i < VCPUS; i++)
		EXPECT_TRUE(enter(i));
	/* Then an entry takes no more than two comparisons. */
	clocks = 0;
	for (i = 0; i < VCPUS; i++)
		EXPECT_FALSE(enter(i));
	EXPECT_EQ(1, looks);
	EXPECT_EQ(0, clocks);
}

TEST_F(vm, one_look_in_3_ms_is_enough)
{
	enter(0);
	ns += 3 * MS - 1;
	EXPECT_FALSE(enter(1) && enter(1));
	EXPECT_EQ(1, looks);
	ns += 1;
	enter(2);
	enter(0);
	EXPECT_EQ(2, looks);
	EXPECT_EQ(1, traced);
	number = CPU;
	ns += 4 * MS;
	EXPECT_TRUE(enter(0));
	EXPECT_TRUE(enter(2));
	EXPECT_EQ(3, looks);
	EXPECT_EQ(CPU, kvm.stat.pvsched_capacity);
	EXPECT_EQ(2, kvm.stat.pvsched_capacity_changes);
}

/* 1024 CPUs and 4 vCPUs: no more than a thousandth of the time. */
TEST_F(vm, on_many_cpus_looks_are_rare)
{
	cpus = 1020;
	EXPECT_EQ(1, looks_after(0));
	EXPECT_EQ(1, looks_after(25 * MS));
	EXPECT_EQ(2, looks_after(MS));
	cpus = 100000;
	EXPECT_EQ(3, looks_after(26 * MS));
	EXPECT_EQ(4, looks_after(1000 * MS));
}

/* Nor while few vCPUs run. */
TEST_F(vm, while_few_run_looks_are_rare)
{
	unsigned int i;

	cpus = 1023;
	first_sleeps = true;
	for (i = 1; i < VCPUS; i++)
		vcpu[i].pid = NULL;
	EXPECT_EQ(1, looks_after(0));
	EXPECT_EQ(1, looks_after(102 * MS));
	EXPECT_EQ(2, looks_after(MS));
}

/* A CPU whose TSC is behind asks at each entry; that is no reason to look. */
TEST_F(vm, tscs_need_not_be_in_step)
{
	enter(0);
	tsc_behind = -1000 * MS;
	ns += MS;
	enter(1);
	enter(1);
	EXPECT_EQ(1, looks);
	ns += 3 * MS;
	enter(1);
	EXPECT_EQ(2, looks);
	tsc_behind = 0;
	enter(0);
	enter(0);
	EXPECT_EQ(2, looks);
}

TEST_F(vm, while_one_looks_others_go_on)
{
	enter(0);
	ns += 10 * MS;
	kvm.arch.pvsched.looking = 1;
	pvsched_refresh(&vcpu[1]);
	EXPECT_EQ(1, looks);
	EXPECT_EQ(2 * CPU, vcpu[1].arch.pvsched.told);
	kvm.arch.pvsched.looking = 0;
	enter(1);
	EXPECT_EQ(2, looks);
}

/* A new reason for the same number is traced, and is no change. */
TEST_F(vm, a_new_reason_is_traced)
{
	enter(0);
	why_now = PVSCHED_CAPACITY_CPUS;
	ns += 4 * MS;
	EXPECT_FALSE(enter(0));
	EXPECT_EQ(2, traced);
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, reason);
	EXPECT_EQ(1, kvm.stat.pvsched_capacity_changes);
	ns += 4 * MS;
	enter(0);
	EXPECT_EQ(2, traced);
}

TEST_F(vm, switched_off_there_is_no_number)
{
	enter(0);
	pvsched_capacity = false;
	ns += 4 * MS;
	EXPECT_TRUE(enter(0));
	EXPECT_EQ(0, kvm.arch.pvsched.number);
	EXPECT_EQ(0, kvm.arch.pvsched.capacity.votes);
	EXPECT_EQ(PVSCHED_CAPACITY_OFF, reason);
	EXPECT_FALSE(enter(0));
	ns += 4 * MS;
	enter(0);
	EXPECT_EQ(1, looks);
	pvsched_capacity = true;
	ns += 4 * MS;
	EXPECT_TRUE(enter(0));
	EXPECT_EQ(2, looks);
}

TEST_F(vm, a_guest_without_the_feature_is_left_alone)
{
	unsigned int i;

	for (i = 0; i < VCPUS; i++)
		vcpu[i].arch.pv_cpuid.features = ~(u32)BIT(PVSCHED_FEATURE_CAPACITY);
	EXPECT_FALSE(enter(0));
	ns += 50 * MS;
	EXPECT_FALSE(enter(1));
	EXPECT_EQ(0, looks);
	EXPECT_EQ(0, traced);
	EXPECT_EQ(0, kvm.arch.pvsched.number);
}

TEST_F(vm, without_a_record_none_is_written)
{
	vcpu[0].arch.st.msr_val = 0;
	EXPECT_FALSE(enter(0));
	EXPECT_EQ(1, looks);
	EXPECT_EQ(2 * CPU, kvm.arch.pvsched.number);
}

TEST_F(vm, vcpus_that_never_ran_are_no_tasks)
{
	vcpu[3].pid = NULL;
	enter(0);
	EXPECT_EQ(VCPUS - 1, counted);
}

TEST_HARNESS_MAIN
