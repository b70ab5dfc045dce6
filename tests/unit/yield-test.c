// SPDX-License-Identifier: GPL-2.0
/*
 * host/hypercall.c and host/pvsched.c in user space: what the yield hypercall
 * decodes, which targets it chooses, what it counts, and that no input makes it
 * work more than abi/pvsched.rst allows or read outside of the table of vCPUs.
 *
 * Each test is a process of its own, so it starts with the kernel's state as
 * it is at boot.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <linux/fault-inject.h>
#include "internal.h"
#include "random.h"

#define MAX_VCPUS	256
/* What one call may do; PVSCHED_MAX_REMOTE and the caller's own CPU. */
#define MAX_REMOTE	8
#define NR_VERDICTS	(PVSCHED_SCHED + 1)
#define ALL		(~0ull)
#define CALL_FUNC	PVSCHED_YIELD_CALL_FUNC

/*
 * The kernel, as this test decides it
 */
int unit_cpu;

static struct kvm kvm;
static struct kvm_vcpu *caller;
bool enable_apicv;

/* What the scheduler answers: always, never, or at random. */
static enum { GRANT, DECLINE, RANDOM } scheduler;
static bool drop;

/* What was seen since world__forget(). */
static struct {
	struct task_struct *remote[MAX_VCPUS];
	struct kvm_vcpu *local;
	unsigned int nr_remote, nr_local, nr_boosted, nr_keep_cpu, nr_untargeted, granted;
	unsigned int verdicts[NR_VERDICTS], targets;
	u32 last_apic_id;
	unsigned int calls;
	u32 reason, named, directed;
} seen;

static bool scheduler__answer(void)
{
	bool granted = scheduler == RANDOM ? random_u64() & 1 : scheduler == GRANT;

	seen.granted += granted;
	return granted;
}

static bool yield_local(struct kvm_vcpu *target)
{
	seen.local = target;
	seen.nr_local++;

	return scheduler__answer();
}

/* What host/yield.c does: the caller's CPU, or the one that the target waits for. */
bool pvsched_direct(struct kvm_vcpu *me, struct kvm_vcpu *target, enum pvsched_reason reason,
		    bool keep_cpu)
{
	struct task_struct *task = target->pid->task;

	unit_require(!unit_rcu_depth);
	unit_require(me == caller && reason == PVSCHED_HYPERCALL);
	if (task->cpu == unit_cpu)
		return yield_local(target);
	unit_require(pvsched_boost);
	unit_require(seen.nr_boosted < MAX_VCPUS);
	/* The last one may have the caller's CPU, if no target waits for that. */
	unit_require(seen.nr_keep_cpu == seen.nr_boosted);
	seen.nr_keep_cpu += keep_cpu;
	seen.nr_boosted++;

	return scheduler__answer();
}

u32 pvsched_boost_untargeted(struct kvm_vcpu *me)
{
	unit_require(me == caller && pvsched_boost && !unit_rcu_depth);
	seen.nr_untargeted++;
	seen.granted += 2;

	return 2;
}

void pvsched_outcome_init(void)
{
}

void pvsched_outcome_exit(void)
{
}

static unsigned int records;

/* What would be reported of the vCPU if it were scheduled out in there */
static u8 state_in_record;
static u64 msr_in_record;

void record_steal_time(struct kvm_vcpu *vcpu)
{
	unit_require(vcpu == caller);
	records++;
	state_in_record = pvsched_off_cpu_state(vcpu);
	msr_in_record = vcpu->arch.st.msr_val;
}

/* For parts of host/vcpu.c that no yield calls. */
u64 local_clock(void)
{
	abort();
}

/* The scheduler's own, of which host/params.c makes parameters. */

bool pvsched_set_next(struct task_struct *task)
{
	unit_require(!unit_rcu_depth);
	/* After the caller's own CPU is given away it is too late. */
	unit_require(!seen.nr_local);
	unit_require(task->refs > 0);
	unit_require(seen.nr_remote < MAX_VCPUS);
	seen.remote[seen.nr_remote++] = task;

	return scheduler__answer();
}

bool should_fail(struct fault_attr *attr, ssize_t size)
{
	return drop;
}

struct dentry *fault_create_debugfs_attr(const char *name, struct dentry *parent,
					 struct fault_attr *attr)
{
	/* A guest must not be able to fill the log. */
	unit_require(!attr->verbose);
	unit_register("fault", name, attr);

	return (struct dentry *)attr;
}

void debugfs_remove(struct dentry *dentry)
{
	unit_require(dentry == unit_find("fault", "fail_pvsched_yield"));
}

void trace_pvsched_target(u32 vcpu_id, u32 apic_id, int verdict)
{
	unit_require(vcpu_id == (u32)caller->vcpu_id);
	unit_require(verdict >= 0 && verdict < NR_VERDICTS);
	seen.verdicts[verdict]++;
	seen.targets++;
	seen.last_apic_id = apic_id;
}

void trace_pvsched_yield(u32 vcpu_id, u32 reason, u32 named, u32 directed)
{
	unit_require(vcpu_id == (u32)caller->vcpu_id);
	seen.calls++;
	seen.reason = reason;
	seen.named = named;
	seen.directed = directed;
}

/*
 * The VM
 */
enum vcpu_state { RUNS, WAITS, NEW, GONE };

static struct kvm_vcpu *vcpu__create(u32 id, enum vcpu_state state, int cpu)
{
	struct kvm_vcpu *vcpu = calloc(1, sizeof(*vcpu));
	struct kvm_lapic *apic = calloc(1, sizeof(*apic));
	struct task_struct *task = calloc(1, sizeof(*task));

	vcpu->kvm = &kvm;
	vcpu->vcpu_id = id;
	vcpu->ready = state != RUNS;
	vcpu->arch.pv_cpuid.features = ~0U;
	if (state != NEW) {
		vcpu->pid = calloc(1, sizeof(*vcpu->pid));
		vcpu->pid->task = state == GONE ? NULL : task;
	}
	task->cpu = cpu;
	apic->vcpu = vcpu;
	vcpu->arch.apic = apic;
	kvm.arch.apic_map->phys_map[id] = apic;

	return vcpu;
}

/* The table ends where its allocation does, so that a sanitizer guards it. */
static void world__create(u32 max_apic_id)
{
	size_t slots = (size_t)max_apic_id + 1;

	kvm.arch.apic_map = calloc(1, sizeof(*kvm.arch.apic_map) +
				      slots * sizeof(struct kvm_lapic *));
	kvm.arch.apic_map->max_apic_id = max_apic_id;
}

static void world__destroy(void)
{
	struct kvm_apic_map *map = kvm.arch.apic_map;
	struct kvm_vcpu *vcpu;
	u32 id;

	for (id = 0; id <= map->max_apic_id; id++) {
		vcpu = map->phys_map[id] ? map->phys_map[id]->vcpu : NULL;
		if (vcpu && vcpu->pid)
			free(vcpu->pid->task);
		if (vcpu)
			free(vcpu->pid);
		free(vcpu);
		free(map->phys_map[id]);
	}
	free(map);
	kvm.arch.apic_map = NULL;
}

static void world__forget(void)
{
	memset(&seen, 0, sizeof(seen));
	memset(&caller->stat, 0, sizeof(caller->stat));
	unit_lookups = 0;
}

static struct kvm_vcpu *vcpu__at(u32 id)
{
	return kvm.arch.apic_map->phys_map[id]->vcpu;
}

static u64 stat__refused(const struct kvm_vcpu_stat *s)
{
	return s->pvsched_yield_refused_self + s->pvsched_yield_refused_absent +
	       s->pvsched_yield_refused_idle + s->pvsched_yield_refused_bound +
	       s->pvsched_yield_refused_sched;
}

/* What holds after every call, whatever it was. */
static void world__require_sane(long ret, unsigned int bits)
{
	struct kvm_vcpu_stat *s = &caller->stat;

	unit_require(!unit_rcu_depth);
	unit_require(unit_lookups <= PVSCHED_YIELD_MAX_TARGETS);
	unit_require(seen.nr_remote + seen.nr_boosted <= MAX_REMOTE);
	unit_require(seen.nr_local <= 1);
	unit_require(seen.nr_boosted - seen.nr_keep_cpu == (seen.nr_boosted && !seen.nr_local));
	unit_require(s->pvsched_yield_asked + s->pvsched_yield_invalid <= 1);

	if (ret < 0) {
		unit_require(!seen.calls && !seen.targets && !unit_lookups);
		unit_require(!seen.nr_remote && !seen.nr_local);
		unit_require(!s->pvsched_yield_asked && !stat__refused(s));
		return;
	}

	unit_require(seen.calls == 1 && s->pvsched_yield_asked == 1);
	unit_require((long)seen.granted == ret && seen.directed == ret);
	unit_require(s->pvsched_yield_directed == (u64)ret);
	unit_require(seen.named == bits && seen.targets == bits);
	unit_require(seen.nr_untargeted == (!bits && pvsched_boost && !drop));
	unit_require(s->pvsched_yield_directed + stat__refused(s) == bits + 2 * seen.nr_untargeted);
	unit_require(seen.verdicts[PVSCHED_GRANTED] + 2 * seen.nr_untargeted == ret);
	unit_require(seen.verdicts[PVSCHED_SELF] == s->pvsched_yield_refused_self);
	unit_require(seen.verdicts[PVSCHED_ABSENT] == s->pvsched_yield_refused_absent);
	unit_require(seen.verdicts[PVSCHED_IDLE] == s->pvsched_yield_refused_idle);
	unit_require(seen.verdicts[PVSCHED_BOUND] == s->pvsched_yield_refused_bound);
	unit_require(seen.verdicts[PVSCHED_SCHED] == s->pvsched_yield_refused_sched);
}

static long yield(u64 lo, u64 hi, u64 first, u64 reason, int op_64_bit)
{
	unsigned int bits = op_64_bit ?
		__builtin_popcountll(lo) + __builtin_popcountll(hi) :
		__builtin_popcount((u32)lo) + __builtin_popcount((u32)hi);
	long ret;

	world__forget();
	ret = pvsched_hc_yield(caller, lo, hi, first, reason, op_64_bit);
	world__require_sane(ret, bits);

	return ret;
}

static void param__set(const char *name, bool value)
{
	*(bool *)unit_find("param", name) = value;
}

FIXTURE(yield)
{
	int unused;
};

/* Vcpus 0 to 15 run, each on its own CPU; a test changes what it is about. */
FIXTURE_SETUP(yield)
{
	u32 id;

	/* Without the boost remote targets are served here. */
	pvsched_boost = false;

	world__create(199);
	for (id = 0; id < 16; id++)
		vcpu__create(id, RUNS, id);
	caller = vcpu__at(0);
}

FIXTURE_TEARDOWN(yield)
{
	world__destroy();
}

static void vcpu__preempt(u32 id, int cpu)
{
	vcpu__at(id)->ready = true;
	vcpu__at(id)->pid->task->cpu = cpu;
}

/*
 * Decode
 */
TEST_F(yield, reasons)
{
	static const u64 bad[] = {
		0, 3, 5, 6, PVSCHED_YIELD_REASONS, PVSCHED_YIELD_REASONS + 1, 16,
		BIT(31), BIT(32), BIT(32) | 1, BIT(63), BIT(63) | 1, ALL,
	};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, yield(0, 0, 0, BIT(i), 1));
		EXPECT_EQ(BIT(i), seen.reason);
	}

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-KVM_EINVAL, yield(ALL, ALL, 0, bad[i], 1));
		EXPECT_EQ(1, caller->stat.pvsched_yield_invalid);
	}
}

TEST_F(yield, window_limits)
{
	EXPECT_EQ(0, yield(ALL, ALL, U32_MAX, CALL_FUNC, 1));
	EXPECT_EQ(128, seen.verdicts[PVSCHED_ABSENT]);
	EXPECT_EQ(-KVM_EINVAL, yield(1, 0, BIT(32), CALL_FUNC, 1));
	EXPECT_EQ(1, caller->stat.pvsched_yield_invalid);
	EXPECT_EQ(-KVM_EINVAL, yield(1, 0, ALL, CALL_FUNC, 1));
	EXPECT_EQ(-KVM_EINVAL, yield(1, 0, BIT(32) | 5, CALL_FUNC, 1));
}

/* abi/pvsched.rst: not advertised, then arguments, then switched off. */
TEST_F(yield, order_of_checks)
{
	caller->arch.pv_cpuid.features = ~(u32)BIT(PVSCHED_FEATURE_YIELD);
	EXPECT_EQ(-KVM_ENOSYS, yield(1, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(-KVM_ENOSYS, yield(1, 0, ALL, 0, 1));
	EXPECT_EQ(0, caller->stat.pvsched_yield_invalid);

	param__set("pvsched_yield", false);
	EXPECT_EQ(-KVM_ENOSYS, yield(1, 0, ALL, 0, 1));

	caller->arch.pv_cpuid.features = BIT(PVSCHED_FEATURE_YIELD);
	EXPECT_EQ(-KVM_EINVAL, yield(1, 0, ALL, CALL_FUNC, 1));
	EXPECT_EQ(-KVM_EINVAL, yield(1, 0, 0, 0, 1));
	EXPECT_EQ(-KVM_EOPNOTSUPP, yield(1, 0, 0, CALL_FUNC, 1));

	param__set("pvsched_yield", true);
	EXPECT_EQ(0, yield(1, 0, 0, CALL_FUNC, 1));
}

/* Without 64-bit mode each word holds 32 targets, and upper halves nothing. */
TEST_F(yield, narrow_words)
{
	vcpu__create(64, RUNS, 3);
	vcpu__preempt(3, 1);

	EXPECT_EQ(1, yield(8, 0, 0, CALL_FUNC, 0));
	EXPECT_EQ(0, yield(8ull << 32, 8ull << 32, 0, CALL_FUNC, 0));
	EXPECT_EQ(0, seen.named);

	vcpu__create(35, WAITS, 2);
	EXPECT_EQ(1, yield(ALL << 32, 8, 0, CALL_FUNC, 0));
	EXPECT_EQ(35, seen.last_apic_id);
	EXPECT_EQ(0, yield(0, 1, 32, CALL_FUNC, 0));
	EXPECT_EQ(64, seen.last_apic_id);
	EXPECT_EQ(1, seen.verdicts[PVSCHED_IDLE]);

	yield(ALL, ALL, 0, CALL_FUNC, 0);
	EXPECT_EQ(64, seen.named);
}

TEST_F(yield, wide_words)
{
	vcpu__create(64, WAITS, 2);
	vcpu__create(127, WAITS, 3);
	EXPECT_EQ(1, yield(0, 1, 0, CALL_FUNC, 1));
	EXPECT_EQ(64, seen.last_apic_id);
	EXPECT_EQ(1, yield(0, BIT(63), 0, CALL_FUNC, 1));
	EXPECT_EQ(127, seen.last_apic_id);
	EXPECT_EQ(1, yield(BIT(63), 0, 64, CALL_FUNC, 1));
	EXPECT_EQ(127, seen.last_apic_id);
}

/*
 * Choose
 */
TEST_F(yield, no_target)
{
	EXPECT_EQ(0, yield(0, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(0, seen.named);
	EXPECT_EQ(0, unit_lookups);
}

TEST_F(yield, self)
{
	/* Even when the caller looks preempted. */
	vcpu__preempt(0, 0);
	EXPECT_EQ(0, yield(1, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.verdicts[PVSCHED_SELF]);
	EXPECT_EQ(0, seen.nr_local + seen.nr_remote);
}

TEST_F(yield, holes_and_table_end)
{
	vcpu__create(199, WAITS, 1);

	EXPECT_EQ(1, yield(1, 0, 199, CALL_FUNC, 1));
	EXPECT_EQ(0, yield(1, 0, 16, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.verdicts[PVSCHED_ABSENT]);
	EXPECT_EQ(0, yield(ALL & ~1, ALL, 199, CALL_FUNC, 1));
	EXPECT_EQ(127, seen.verdicts[PVSCHED_ABSENT]);
	EXPECT_EQ(0, yield(1, 0, 200, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.verdicts[PVSCHED_ABSENT]);
}

TEST_F(yield, no_table)
{
	struct kvm_apic_map *map = kvm.arch.apic_map;

	kvm.arch.apic_map = NULL;
	EXPECT_EQ(0, yield(ALL, ALL, 0, CALL_FUNC, 1));
	EXPECT_EQ(128, seen.verdicts[PVSCHED_ABSENT]);
	kvm.arch.apic_map = map;
}

TEST_F(yield, target_states)
{
	vcpu__create(20, WAITS, 1);
	vcpu__create(21, RUNS, 2);
	vcpu__create(22, NEW, 3);
	vcpu__create(23, GONE, 4);

	EXPECT_EQ(1, yield(0xf, 0, 20, CALL_FUNC, 1));
	EXPECT_EQ(3, seen.verdicts[PVSCHED_IDLE]);
	EXPECT_EQ(vcpu__at(20)->pid->task, seen.remote[0]);
	EXPECT_EQ(0, vcpu__at(20)->pid->task->refs);
}

TEST_F(yield, one_target_a_cpu)
{
	vcpu__preempt(1, 7);
	vcpu__preempt(2, 7);
	vcpu__preempt(3, 7);
	vcpu__preempt(4, 8);

	EXPECT_EQ(2, yield(0x1e, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(2, seen.verdicts[PVSCHED_BOUND]);
	EXPECT_EQ(2, seen.nr_remote);
	EXPECT_NE(seen.remote[0]->cpu, seen.remote[1]->cpu);
}

TEST_F(yield, one_target_on_own_cpu)
{
	unit_cpu = 5;
	vcpu__preempt(1, 5);
	vcpu__preempt(2, 5);

	EXPECT_EQ(1, yield(6, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.verdicts[PVSCHED_BOUND]);
	EXPECT_EQ(0, seen.nr_remote);
	EXPECT_EQ(1, seen.nr_local);
}

/* That remote ones come first is required of every pvsched_set_next(). */
TEST_F(yield, own_cpu_comes_last)
{
	unit_cpu = 0;
	vcpu__preempt(1, 0);
	vcpu__preempt(2, 2);
	vcpu__preempt(3, 3);

	EXPECT_EQ(3, yield(0xe, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(2, seen.nr_remote);
	EXPECT_EQ(vcpu__at(1), seen.local);
}

/* Eight other CPUs and the own one, which the eight cannot crowd out. */
TEST_F(yield, bound_of_remote_cpus)
{
	u32 id;

	unit_cpu = 100;
	for (id = 1; id < 15; id++)
		vcpu__preempt(id, id);
	vcpu__preempt(15, 100);

	EXPECT_EQ(MAX_REMOTE + 1, yield(0xfffe, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(MAX_REMOTE, seen.nr_remote);
	EXPECT_EQ(vcpu__at(15), seen.local);
	EXPECT_EQ(14 - MAX_REMOTE, seen.verdicts[PVSCHED_BOUND]);
}

/* Callers that name the same targets begin each with the one after itself. */
TEST_F(yield, rotation)
{
	u32 id;

	for (id = 0; id < 16; id++)
		vcpu__preempt(id, 7);

	for (id = 0; id < 16; id++) {
		caller = vcpu__at(id);
		EXPECT_EQ(1, yield(0xffff, 0, 0, CALL_FUNC, 1));
		EXPECT_EQ(vcpu__at((id + 1) % 16)->pid->task, seen.remote[0]);
	}

	/* A caller outside of the window begins with its first bit. */
	caller = vcpu__at(1);
	EXPECT_EQ(1, yield(0x3ff, 0, 6, CALL_FUNC, 1));
	EXPECT_EQ(vcpu__at(6)->pid->task, seen.remote[0]);
	caller = vcpu__at(9);
	EXPECT_EQ(1, yield(0xf, 0, 2, CALL_FUNC, 1));
	EXPECT_EQ(vcpu__at(2)->pid->task, seen.remote[0]);
}

/*
 * Carry out
 */
TEST_F(yield, scheduler_declines)
{
	unit_cpu = 0;
	scheduler = DECLINE;
	vcpu__preempt(1, 0);
	vcpu__preempt(2, 2);

	EXPECT_EQ(0, yield(6, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(2, seen.verdicts[PVSCHED_SCHED]);
	EXPECT_EQ(1, seen.nr_local);
	EXPECT_EQ(1, seen.nr_remote);
}

TEST_F(yield, dropped_on_purpose)
{
	unit_cpu = 0;
	drop = true;
	vcpu__preempt(1, 0);
	vcpu__preempt(2, 2);

	EXPECT_EQ(0, yield(6, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(2, seen.verdicts[PVSCHED_SCHED]);
	EXPECT_EQ(0, seen.nr_local + seen.nr_remote);
}

/* The task may end between the choice and the yield. */
static struct task_struct *ending_task;

TEST_F(yield, task_ends_meanwhile)
{
	vcpu__preempt(1, 1);
	vcpu__preempt(2, 2);
	ending_task = vcpu__at(2)->pid->task;
	EXPECT_EQ(2, yield(6, 0, 0, CALL_FUNC, 1));

	vcpu__at(2)->pid->task = NULL;
	EXPECT_EQ(1, yield(6, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.verdicts[PVSCHED_IDLE]);
	vcpu__at(2)->pid->task = ending_task;
}

/* A vCPU that is named and waits is remembered, and with the boost served by it. */
TEST_F(yield, boost)
{
	unit_cpu = 0;
	pvsched_boost = true;
	vcpu__preempt(1, 0);
	vcpu__preempt(2, 2);

	EXPECT_EQ(2, yield(0xe, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.nr_boosted);
	EXPECT_EQ(vcpu__at(1), seen.local);
	EXPECT_EQ(0, seen.nr_remote);
	EXPECT_TRUE(vcpu__at(1)->arch.pvsched.hinted);
	EXPECT_TRUE(vcpu__at(2)->arch.pvsched.hinted);
	EXPECT_FALSE(vcpu__at(3)->arch.pvsched.hinted);
}

TEST_F(yield, untargeted)
{
	vcpu__preempt(1, 1);
	EXPECT_EQ(0, yield(0, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(0, seen.nr_untargeted);

	pvsched_boost = true;
	EXPECT_EQ(2, yield(0, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(1, seen.nr_untargeted);
	EXPECT_EQ(0, seen.named);
	EXPECT_EQ(2, caller->stat.pvsched_yield_directed);

	drop = true;
	EXPECT_EQ(0, yield(0, 0, 0, CALL_FUNC, 1));
	drop = false;
	EXPECT_EQ(1, yield(2, 0, 0, CALL_FUNC, 1));
	EXPECT_EQ(0, seen.nr_untargeted);
}

/*
 * Switches
 */
TEST_F(yield, offered_features)
{
	EXPECT_EQ(BIT(PVSCHED_FEATURE_YIELD) | BIT(PVSCHED_FEATURE_OFF_CPU) |
		  BIT(PVSCHED_FEATURE_CAPACITY), pvsched_cpuid_features());

	param__set("pvsched_yield", false);
	EXPECT_EQ(BIT(PVSCHED_FEATURE_OFF_CPU) | BIT(PVSCHED_FEATURE_CAPACITY),
		  pvsched_cpuid_features());

	param__set("pvsched_capacity", false);
	EXPECT_EQ(BIT(PVSCHED_FEATURE_OFF_CPU), pvsched_cpuid_features());
	param__set("pvsched_capacity", true);

	param__set("pvsched_off_cpu", false);
	EXPECT_EQ(BIT(PVSCHED_FEATURE_CAPACITY), pvsched_cpuid_features());

	/* Without the steal-time record there is nowhere to report. */
	param__set("pvsched_off_cpu", true);
	unit_sched_info = false;
	EXPECT_EQ(0, pvsched_cpuid_features());
}

/* With a dirty ring its thread may be inside it anywhere but at rest. */
TEST_F(yield, off_cpu_beside_dirty_ring)
{
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));
	caller->kvm->dirty_ring_size = 4096;
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));

	caller->arch.at_instruction_boundary = true;
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));
	caller->arch.at_instruction_boundary = false;
	pvsched_rest_begin(caller);
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));
	pvsched_rest_end(caller);
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));
}

/* The record is left alone while its thread writes it, but not ever after. */
TEST_F(yield, off_cpu_while_record_is_written)
{
	pvsched_record_steal_time(caller);
	EXPECT_EQ(1, records);
	EXPECT_EQ(0, state_in_record);
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));
}

TEST_F(yield, off_cpu_about_to_sleep)
{
	pvsched_rest_begin(caller);
	caller->arch.mp_state = KVM_MP_STATE_HALTED;
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));
	caller->arch.mp_state = KVM_MP_STATE_RUNNABLE;
	caller->arch.apf.halted = true;
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));
	caller->arch.apf.halted = false;
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));
	caller->arch.apic = NULL;
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));
}

/* A vCPU that sleeps does not read as off CPU; what the base reports is the base's. */
TEST_F(yield, off_cpu_ends_before_sleep)
{
	pvsched_before_block(caller);
	caller->arch.st.preempted = KVM_VCPU_PREEMPTED;
	pvsched_before_block(caller);
	EXPECT_EQ(0, records);
	caller->arch.st.preempted = PVSCHED_VCPU_OFF_CPU;
	pvsched_before_block(caller);
	EXPECT_EQ(1, records);
}

/* A report does not outlive its record, which is written by the old registration. */
TEST_F(yield, off_cpu_ends_with_record)
{
	const u64 old = 0x1000 | KVM_MSR_ENABLED, new = 0x2000 | KVM_MSR_ENABLED;

	pvsched_set_record(caller, old, true);
	caller->arch.st.preempted = 0;
	pvsched_set_record(caller, new, true);
	pvsched_set_record(caller, 0, false);
	EXPECT_EQ(0, caller->arch.st.preempted);
	pvsched_set_record(caller, old, true);
	EXPECT_EQ(0, records);

	caller->arch.st.preempted = PVSCHED_VCPU_OFF_CPU;
	pvsched_set_record(caller, 0, true);
	EXPECT_EQ(1, records);
	EXPECT_EQ(old, msr_in_record);
	EXPECT_EQ(0, state_in_record);
	EXPECT_EQ(0, caller->arch.st.preempted);
	EXPECT_EQ(0, caller->arch.st.msr_val);
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));
}

/* Userspace that saves a VM is done with its memory; in a new record anything may be. */
TEST_F(yield, off_cpu_in_saved_record)
{
	caller->arch.st.preempted = PVSCHED_VCPU_OFF_CPU;
	pvsched_set_record(caller, 0x1000 | KVM_MSR_ENABLED, false);
	EXPECT_EQ(0, records);
	pvsched_before_block(caller);
	EXPECT_EQ(1, records);
	EXPECT_EQ(0x1000 | KVM_MSR_ENABLED, msr_in_record);
}

TEST_F(yield, off_cpu_report)
{
	caller->arch.pvsched.at_rest = true;
	EXPECT_EQ(PVSCHED_VCPU_OFF_CPU, pvsched_off_cpu_state(caller));

	caller->arch.pv_cpuid.features = ~(u32)BIT(PVSCHED_FEATURE_OFF_CPU);
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));

	caller->arch.pv_cpuid.features = ~0U;
	param__set("pvsched_off_cpu", false);
	EXPECT_EQ(0, pvsched_off_cpu_state(caller));
}

TEST_F(yield, fault_attribute)
{
	pvsched_host_init();
	EXPECT_NE(NULL, unit_find("fault", "fail_pvsched_yield"));
	pvsched_host_exit();
}

/*
 * Hostile values
 */
static u64 random_arg(void)
{
	static const u64 edge[] = { 0, 1, 2, 4, 127, 128, BIT(31), U32_MAX - 127,
				    U32_MAX, BIT(32), ALL >> 1, BIT(63), ALL };

	return random_register(edge, ARRAY_SIZE(edge));
}

static u64 random_reason(void)
{
	u64 r = random_u64();

	return r % 4 ? BIT(r / 4 % 3) : random_arg();
}

static void random_world(void)
{
	u32 max = random_u64() % MAX_VCPUS, id;
	unsigned int cpus = 1 + random_u64() % 32;

	world__create(max);
	for (id = 0; id <= max; id++) {
		if (random_u64() % 4)
			vcpu__create(id, random_u64() % 4, random_u64() % cpus);
	}
	if (!kvm.arch.apic_map->phys_map[max])
		vcpu__create(max, RUNS, 0);
	unit_cpu = random_u64() % cpus;
}

static bool random_call(void)
{
	u64 first = random_arg(), reason = random_reason();
	bool wide = random_u64() & 1;
	long ret;

	/* The hypercall's entry has cut the registers of a narrow caller. */
	if (!wide) {
		first &= U32_MAX;
		reason &= U32_MAX;
	}
	drop = !(random_u64() % 8);
	pvsched_boost = random_u64() & 1;
	ret = yield(random_arg(), random_arg(), first, reason, wide);
	unit_require((ret == -KVM_EINVAL) ==
		     (first > U32_MAX || __builtin_popcountll(reason) != 1 ||
		      (reason & ~PVSCHED_YIELD_REASONS)));
	unit_require(ret >= 0 || ret == -KVM_EINVAL);

	return ret > 0;
}

TEST(hostile_values)
{
	unsigned int world, call, directed = 0;

	scheduler = RANDOM;
	for (world = 0; world < 400; world++) {
		random_world();
		caller = vcpu__at(kvm.arch.apic_map->max_apic_id);
		for (call = 0; call < 100; call++)
			directed += random_call();
		world__destroy();
	}

	/* The values are not so hostile that nothing was ever chosen. */
	EXPECT_GT(directed, 400);
}

TEST_HARNESS_MAIN
