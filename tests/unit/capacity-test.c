// SPDX-License-Identifier: GPL-2.0
/*
 * host/sched/capacity.c in user space: what a look at a hierarchy of groups finds.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "capacity.c"

#include "random.h"

#define MS	1000000ull
#define CPU	1024u
#define VCPUS	8
#define GROUPS	24

const struct sched_class fair_sched_class;
static const struct sched_class other_class;
struct rq unit_rq[UNIT_CPUS];
struct cpumask unit_active;
bool unit_rcu;

static struct root_domain domain, other_domain;
static struct task_struct vcpu[VCPUS], idle;
static struct task_group root, group[GROUPS];
static struct cfs_rq queue[GROUPS][UNIT_CPUS];
static struct sched_entity entity[GROUPS][UNIT_CPUS];
static struct pvsched_capacity c;
static u64 now;

static void make_group(struct task_group *tg, struct task_group *parent, unsigned long weight)
{
	unsigned int i;

	tg->parent = parent;
	tg->shares = weight << 10;
	tg->cfs_bandwidth.quota = RUNTIME_INF;
	tg->cfs_bandwidth.period = 100 * MS;
	for (i = 0; i < UNIT_CPUS; i++) {
		tg->cfs_rq[i] = tg == &root ? &unit_rq[i].cfs : &queue[tg - group][i];
		tg->se[i] = tg == &root ? NULL : &entity[tg - group][i];
	}
}

/* Tasks of a group, or of none, come to a CPU; @weight is that of each on its own level. */
static void enqueue(struct task_group *tg, unsigned int cpu, unsigned int tasks,
		    unsigned long weight)
{
	struct task_group *g;

	unit_rq[cpu].nr_running += tasks;
	for (g = tg; g; g = g->parent) {
		g->cfs_rq[cpu]->h_nr_runnable += tasks;
		g->cfs_rq[cpu]->load.weight += weight * tasks << 10;
		if (g->se[cpu]) {
			g->se[cpu]->on_rq = 1;
			g->se[cpu]->load.weight += weight * tasks << 10;
		}
	}
}

/* All vCPUs run, in @tg, spread over all CPUs, and weigh 1024 in all. */
static void start(struct task_group *tg)
{
	unsigned int i;

	for (i = 0; i < VCPUS; i++) {
		vcpu[i].group = tg;
		enqueue(tg, i % UNIT_CPUS, 1, 1024 / VCPUS);
	}
}

static void boot(void)
{
	unsigned int i;

	unit_active.bits = (1 << UNIT_CPUS) - 1;
	idle.prio = 120;
	for (i = 0; i < UNIT_CPUS; i++)
		unit_rq[i] = (struct rq) { .curr = &idle, .rd = &domain, .sd = &domain };
	for (i = 0; i < VCPUS; i++) {
		vcpu[i] = (struct task_struct) {
			.sched_class = &fair_sched_class, .on_rq = TASK_ON_RQ_QUEUED,
			.prio = 120, .cpus_mask.bits = ~0ul,
		};
	}
	make_group(&root, NULL, 1024);
	for (i = 0; i < GROUPS; i++)
		make_group(&group[i], &root, 1024);
}

static u32 look_often(unsigned int looks)
{
	struct pvsched_census census;
	unsigned int i;
	u32 number = 0;

	unit_rcu = true;
	while (looks--) {
		census = (struct pvsched_census) { };
		for (i = 0; i < VCPUS; i++)
			pvsched_census_add(&census, &vcpu[i]);
		number = pvsched_capacity_look(&c, &census, VCPUS, now += 4 * MS);
	}
	unit_rcu = false;

	return number;
}

/* So many looks make a step, and a stranger in the VM's group. */
static u32 look(void)
{
	return look_often(10);
}

/* The share by weight after that, which is the number a second later. */
static u32 share(void)
{
	look();
	return c.by_weight;
}

static u32 settle(void)
{
	return look_often(300);
}

FIXTURE(vm) { int unused; };
FIXTURE_SETUP(vm) { boot(); }
FIXTURE_TEARDOWN(vm) { }

TEST_F(vm, alone_it_has_all_cpus)
{
	start(&root);
	EXPECT_EQ(4 * CPU, look());
}

TEST_F(vm, alone_in_a_group_too)
{
	start(&group[0]);
	EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
}

TEST_F(vm, flat_beside_a_stranger_its_vcpus_are_votes)
{
	start(&root);
	enqueue(&root, 1, 1, 1024);
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, c.reason);
}

TEST_F(vm, a_group_with_a_stranger_inside_too)
{
	start(&group[0]);
	enqueue(&group[0], 1, 1, 128);
	EXPECT_EQ(8 * CPU, look());
}

TEST_F(vm, groups_share_by_weight)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < UNIT_CPUS; i++)
		enqueue(&group[1], i, 1, 256);
	EXPECT_EQ(2 * CPU, share());
	group[0].shares = 3072 << 10;
	EXPECT_EQ(3 * CPU, share());
}

/* The strangers that are beside each other where the VM is not are as many. */
TEST_F(vm, a_share_does_not_depend_on_the_vms_own_vcpus)
{
	unsigned int i;

	for (i = 0; i < VCPUS; i++) {
		vcpu[i].group = &group[0];
		vcpu[i].on_rq = i < 2;
	}
	enqueue(&group[0], 0, 1, 512);
	enqueue(&group[0], 1, 1, 512);
	enqueue(&group[1], 2, 2, 256);
	enqueue(&group[1], 3, 2, 256);
	EXPECT_EQ(2 * CPU, share());
}

TEST_F(vm, a_stranger_alone_takes_no_more_than_its_cpu)
{
	start(&group[0]);
	enqueue(&group[1], 2, 1, 1024);
	look_often(1);
	c.share[0] = 0;
	look_often(1);
	EXPECT_EQ(3ull * CPU << PVSCHED_FINE_SHIFT, c.share[0]);
	EXPECT_EQ(3 * CPU, share());
}

/* It waits for its CPU at a look, and ran before the next. */
TEST_F(vm, a_stranger_that_comes_for_a_moment_does_not_count)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < 100; i++) {
		enqueue(&group[1], i % 2, 1, 1024);
		EXPECT_EQ(4 * CPU, look_often(1));
		memset(queue[1], 0, sizeof(queue[1]));
		memset(entity[1], 0, sizeof(entity[1]));
		root.cfs_rq[i % 2]->h_nr_runnable--;
		root.cfs_rq[i % 2]->load.weight -= 1024 << 10;
	}
	EXPECT_EQ(0, c.mean.deviation);
}

/* But for what it uses; and one that was there most of the time does. */
TEST_F(vm, a_stranger_has_what_it_used)
{
	start(&group[0]);
	enqueue(&group[1], 2, 1, 1024);
	root.cfs_rq[2]->avg.util_avg = 512 + 256;
	group[0].se[2]->avg.util_avg = 512;
	look_often(1);
	EXPECT_EQ(4ull * CPU - 256, c.share[0] >> PVSCHED_FINE_SHIFT);
	group[0].se[2]->avg.runnable_avg = 1024;
	root.cfs_rq[2]->avg.runnable_avg = 1024 + 767;
	c.seen.bits = 0;
	look_often(1);
	EXPECT_EQ(4ull * CPU - 256, c.share[0] >> PVSCHED_FINE_SHIFT);
	root.cfs_rq[2]->avg.runnable_avg++;
	c.seen.bits = 0;
	look_often(1);
	EXPECT_EQ(3ull * CPU, c.share[0] >> PVSCHED_FINE_SHIFT);
	/* Averages of what sleeps may be stale. */
	group[0].se[2]->avg.util_avg = 2000;
	group[0].se[2]->avg.runnable_avg = 2000;
	c.seen.bits = 0;
	look_often(1);
	EXPECT_EQ(4ull * CPU, c.share[0] >> PVSCHED_FINE_SHIFT);
}

TEST_F(vm, nor_does_one_in_its_own_group)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < 100; i++) {
		look_often(1);
		vcpu[7].on_rq = i % 2;
		EXPECT_EQ(0, c.votes);
	}
}

/* Four that could be spread: it is remembered when no CPU is idle any more. */
TEST_F(vm, strangers_beside_an_idle_cpu_are_kept)
{
	unsigned int i;

	for (i = 0; i < VCPUS; i++) {
		vcpu[i].group = &group[0];
		vcpu[i].on_rq = i < 2;
	}
	enqueue(&group[0], 0, 1, 512);
	enqueue(&group[0], 1, 1, 512);
	enqueue(&group[1], 2, 4, 256);
	look_often(8);
	EXPECT_EQ(2 * CPU, c.by_weight);
	EXPECT_EQ(3 * CPU, share());
	enqueue(&group[0], 3, 1, 512);
	vcpu[2].on_rq = 1;
	EXPECT_EQ(3 * CPU, share());
	now += 2000 * MS;
	EXPECT_EQ(2 * CPU, share());
}

TEST_F(vm, strangers_about_to_sleep_do_not_count)
{
	start(&group[0]);
	enqueue(&group[1], 2, 1, 1024);
	root.cfs_rq[2]->h_nr_runnable--;
	EXPECT_EQ(4 * CPU, look());
	/* A vCPU woke up since. */
	root.cfs_rq[2]->h_nr_runnable--;
	root.cfs_rq[2]->avg.runnable_avg = 4096;
	EXPECT_EQ(4 * CPU, look_often(1));
	EXPECT_EQ(4ull * CPU << PVSCHED_FINE_SHIFT, c.share[0]);
}

TEST_F(vm, a_vcpu_about_to_sleep_is_no_stranger)
{
	start(&group[0]);
	vcpu[0].se.sched_delayed = 1;
	root.cfs_rq[0]->h_nr_runnable--;
	group[0].cfs_rq[0]->h_nr_runnable--;
	EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
}

/* Throttled, the VM's own group is in no queue. */
TEST_F(vm, a_group_that_is_throttled_hides_no_stranger)
{
	start(&group[0]);
	group[0].se[2]->on_rq = 0;
	root.cfs_rq[2]->h_nr_runnable -= 2;
	root.cfs_rq[2]->load.weight -= 256 << 10;
	enqueue(&group[1], 2, 1, 1024);
	EXPECT_EQ(3 * CPU, share());
}

/* machine/vm beside machine/other, and both beside system. */
TEST_F(vm, shares_multiply_from_the_root_down)
{
	unsigned int i;

	make_group(&group[1], &group[0], 1024);
	make_group(&group[2], &group[0], 3072);
	start(&group[1]);
	for (i = 0; i < UNIT_CPUS; i++) {
		enqueue(&group[2], i, 1, 768);
		enqueue(&group[3], i, 1, 4096 / 4);
	}
	group[0].shares = 4096 << 10;
	EXPECT_EQ(CPU / 2, share());
}

TEST_F(vm, quotas_cap_a_share)
{
	start(&group[0]);
	group[0].cfs_bandwidth.quota = 150 * MS;
	EXPECT_EQ(CPU + CPU / 2, look());
	group[0].cfs_bandwidth.quota = RUNTIME_INF - 1;
	EXPECT_EQ(4 * CPU, look());
	group[0].cfs_bandwidth.period = 0;
	EXPECT_EQ(4 * CPU, look());
}

/* A stranger that came just now does not matter, a quota does. */
TEST_F(vm, load_that_comes_counts_after_a_second)
{
	unsigned int i;

	start(&group[0]);
	look();
	for (i = 0; i < UNIT_CPUS; i++)
		enqueue(&group[1], i, 1, 256);
	EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
	EXPECT_EQ(2 * CPU, c.by_weight);
	EXPECT_EQ(2 * CPU, settle());
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
	now += 100 * MS;
	EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(2 * CPU, settle());
}

TEST_F(vm, quotas_count_at_once_beside_load)
{
	unsigned int i;

	make_group(&group[1], &group[0], 1024);
	start(&group[1]);
	for (i = 0; i < UNIT_CPUS; i++)
		enqueue(&group[2], i, 1, 256 * 3);
	group[0].cfs_bandwidth.quota = 300 * MS;
	group[1].cfs_bandwidth.quota = 250 * MS;
	EXPECT_EQ(2 * CPU + CPU / 2, look());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
	EXPECT_EQ(CPU, settle());
	group[0].cfs_bandwidth.quota = 50 * MS;
	EXPECT_EQ(CPU / 2, look());
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
}

TEST_F(vm, and_those_above_too)
{
	make_group(&group[1], &group[0], 1024);
	start(&group[1]);
	group[0].cfs_bandwidth.quota = 50 * MS;
	EXPECT_EQ(CPU / 2, look());
}

/* As libvirt makes them: vcpu0 to vcpu7, and emulator, in the VM's group. */
static void start_libvirt(void)
{
	unsigned int i;

	for (i = 0; i <= VCPUS; i++)
		make_group(&group[1 + i], &group[0], 1024);
	for (i = 0; i < VCPUS; i++) {
		vcpu[i].group = &group[1 + i];
		enqueue(&group[1 + i], i % UNIT_CPUS, 1, 1024 / VCPUS);
	}
}

TEST_F(vm, vcpus_with_a_group_each_have_their_parents_share)
{
	unsigned int i;

	start_libvirt();
	EXPECT_EQ(4 * CPU, look());
	for (i = 0; i < UNIT_CPUS; i++)
		enqueue(&group[20], i, 1, 256);
	EXPECT_EQ(2 * CPU, share());
	enqueue(&group[1 + VCPUS], 0, 1, 1024);
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, c.reason);
}

TEST_F(vm, vcpus_with_a_quota_each_are_not_folded)
{
	start_libvirt();
	group[1 + 5].cfs_bandwidth.quota = 50 * MS;
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
	group[1 + 5].cfs_bandwidth.quota = RUNTIME_INF;
	group[1].cfs_bandwidth.quota = 50 * MS;
	EXPECT_EQ(8 * CPU, look());
	group[1].cfs_bandwidth.quota = RUNTIME_INF;
	EXPECT_EQ(4 * CPU, look());
}

/* The root holds all, and strangers. */
TEST_F(vm, vcpus_in_groups_of_others_are_votes)
{
	start(&group[0]);
	vcpu[7].group = &group[1];
	enqueue(&group[1], 0, 2, 512);
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, c.reason);
}

TEST_F(vm, vcpus_on_other_cpus_than_others_are_not_folded)
{
	start(&group[0]);
	vcpu[3].cpus_mask.bits = 1;
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
}

TEST_F(vm, vcpus_of_other_classes_are_not_folded)
{
	start(&group[0]);
	vcpu[3].sched_class = &other_class;
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
}

TEST_F(vm, only_cpus_that_it_may_use_count)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < VCPUS; i++)
		vcpu[i].cpus_mask.bits = 7;
	enqueue(&group[1], 3, 1, 1024);
	EXPECT_EQ(3 * CPU, look());
	unit_active.bits = 0xb;
	EXPECT_EQ(2 * CPU, look());
	unit_active.bits = 0;
	EXPECT_EQ(8 * CPU, look());
}

TEST_F(vm, cpus_without_balance_are_not_for_folding)
{
	unsigned int i;

	start(&group[0]);
	unit_rq[2].sd = NULL;
	EXPECT_EQ(8 * CPU, look());
	unit_rq[2].sd = &domain;
	unit_rq[3].rd = &other_domain;
	EXPECT_EQ(8 * CPU, look());
	/* A single one needs none. */
	unit_rq[0].sd = NULL;
	for (i = 0; i < VCPUS; i++)
		vcpu[i].cpus_mask.bits = 1;
	vcpu[0].on_rq = 1;
	EXPECT_EQ(CPU, look());
}

TEST_F(vm, other_classes_and_interrupts_take_first)
{
	struct task_struct fifo = { .prio = 98 };
	unsigned int i;

	start(&group[0]);
	unit_rq[1].curr = &fifo;
	EXPECT_EQ(3 * CPU, look());
	for (i = 0; i < UNIT_CPUS; i++)
		unit_rq[i].irq = 512;
	EXPECT_EQ(CPU + CPU / 2, look());
	unit_rq[0].irq = 2000;
	EXPECT_EQ(CPU, look());
}

TEST_F(vm, a_deep_hierarchy_is_not_folded)
{
	unsigned int i;

	for (i = 1; i < PVSCHED_LEVELS; i++)
		make_group(&group[i], &group[i - 1], 1024);
	start(&group[PVSCHED_LEVELS - 1]);
	EXPECT_EQ(4 * CPU, look());
	make_group(&group[i], &group[i - 1], 1024);
	for (i = 0; i < VCPUS; i++)
		vcpu[i].group = &group[PVSCHED_LEVELS];
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
}

TEST_F(vm, vcpus_far_from_each_other_are_not_folded)
{
	unsigned int i;

	for (i = 1; i < GROUPS; i++)
		make_group(&group[i], i == GROUPS - 1 ? &root : &group[i - 1], 1024);
	start(&group[GROUPS - 2]);
	vcpu[7].group = &group[GROUPS - 1];
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
}

/* CPU time and runnable vCPUs are what the promise is checked by. */
TEST_F(vm, the_census_counts)
{
	struct pvsched_census census = { };
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < VCPUS; i++)
		vcpu[i].se.sum_exec_runtime = i * MS;
	vcpu[0].on_rq = 0;
	vcpu[1].on_rq = TASK_ON_RQ_MIGRATING;
	vcpu[2].se.sched_delayed = 1;
	for (i = 0; i < VCPUS; i++)
		pvsched_census_add(&census, &vcpu[i]);
	EXPECT_EQ(28 * MS, census.ran);
	EXPECT_EQ(5, census.runnable);
	EXPECT_EQ(8, census.tasks);
	EXPECT_FALSE(census.differ);
}

TEST_HARNESS_MAIN
