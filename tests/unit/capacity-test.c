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
		vcpu[i].sched_task_group = tg;
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

/* More than make strangers count. */
static u32 look(void)
{
	return look_often(10);
}

static void set_quota(struct task_group *tg, u64 quota)
{
	tg->cfs_bandwidth.quota = quota;
	tg->cfs_bandwidth.nr_throttled++;
}

FIXTURE(vm) { int unused; };
FIXTURE_SETUP(vm) { boot(); }
FIXTURE_TEARDOWN(vm) { }

TEST_F(vm, alone_it_has_all_cpus)
{
	start(&root);
	EXPECT_EQ(4 * CPU, look());
}

TEST_F(vm, it_has_no_more_than_its_vcpus)
{
	struct pvsched_census census = { };

	start(&group[0]);
	pvsched_census_add(&census, &vcpu[0]);
	EXPECT_EQ(2 * CPU, pvsched_capacity_look(&c, &census, 2, MS));
}

TEST_F(vm, alone_in_a_group_too)
{
	start(&group[0]);
	EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
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

/* On each of its CPUs it has its share; the load balancer would have to clear fewer ones. */
TEST_F(vm, strangers_in_other_groups_do_not_count)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < UNIT_CPUS; i++)
		enqueue(&group[1], i, 1 + i, 10240);
	for (i = 0; i < 20; i++)
		EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
}

/* Without groups there is no weight to share, and tasks on other CPUs do not matter. */
TEST_F(vm, strangers_on_other_cpus_are_no_votes_in_the_root)
{
	unsigned int i;

	start(&root);
	for (i = 0; i < VCPUS; i++)
		vcpu[i].cpus_mask.bits = 7;
	root.cfs_rq[0]->h_nr_runnable += 2;
	root.cfs_rq[3]->h_nr_runnable = 0;
	EXPECT_EQ(3 * CPU, look());
	enqueue(&root, 3, 1, 1024);
	EXPECT_EQ(3 * CPU, look());
}

TEST_F(vm, but_are_in_its_group)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < VCPUS; i++)
		vcpu[i].cpus_mask.bits = 7;
	enqueue(&group[0], 3, 1, 1024);
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, c.reason);
}

/* There at each look for a while, then at none. */
TEST_F(vm, strangers_are_believed_slowly)
{
	start(&group[0]);
	enqueue(&group[0], 0, 1, 128);
	EXPECT_EQ(4 * CPU, look_often(8));
	EXPECT_EQ(8 * CPU, look_often(1));
	look_often(50);
	group[0].cfs_rq[0]->h_nr_runnable--;
	EXPECT_EQ(8 * CPU, look_often(15));
	EXPECT_EQ(4 * CPU, look_often(1));
}

/* A vCPU that woke up between the two counts */
TEST_F(vm, a_stranger_for_a_moment_does_not_count)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < 100; i++) {
		look_often(1);
		vcpu[7].on_rq = i % 2;
		EXPECT_EQ(0, c.votes);
	}
}

TEST_F(vm, a_vcpu_about_to_sleep_is_no_stranger)
{
	start(&group[0]);
	vcpu[0].se.sched_delayed = 1;
	root.cfs_rq[0]->h_nr_runnable--;
	group[0].cfs_rq[0]->h_nr_runnable--;
	EXPECT_EQ(4 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
}

TEST_F(vm, quotas_cap_the_cpus)
{
	start(&group[0]);
	set_quota(&group[0], 150 * MS);
	EXPECT_EQ(CPU + CPU / 2, look());
	EXPECT_EQ(PVSCHED_CAPACITY_QUOTA, c.reason);
	set_quota(&group[0], 1);
	EXPECT_EQ(1, look());
	set_quota(&group[0], RUNTIME_INF - 1);
	EXPECT_EQ(4 * CPU, look());
	group[0].cfs_bandwidth.period = 0;
	EXPECT_EQ(4 * CPU, look());
}

/* What is not used up leaves all CPUs to a VM that sleeps most of the time. */
TEST_F(vm, quotas_that_throttle_nothing_do_not_count)
{
	start(&group[0]);
	group[0].cfs_bandwidth.quota = 50 * MS;
	EXPECT_EQ(4 * CPU, look());
	group[0].cfs_bandwidth.nr_throttled++;
	EXPECT_EQ(CPU / 2, look());
}

/* Those in the slice take what they can of it, whatever the VM does. */
TEST_F(vm, a_quota_that_strangers_use_up_means_all)
{
	unsigned int i;

	make_group(&group[1], &group[0], 1024);
	make_group(&group[2], &group[0], 1024);
	start(&group[1]);
	for (i = 0; i < UNIT_CPUS; i++)
		enqueue(&group[2], i, 1, 256);
	group[0].cfs_bandwidth.quota = 100 * MS;
	EXPECT_EQ(4 * CPU, look());
	group[0].cfs_bandwidth.nr_throttled++;
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, c.reason);
	/* One that leaves the VM all CPUs does not matter. */
	group[0].cfs_bandwidth.quota = 400 * MS;
	EXPECT_EQ(4 * CPU, look_often(30));
	/* The VM's own is below it. */
	group[0].cfs_bandwidth.quota = RUNTIME_INF;
	set_quota(&group[1], 100 * MS);
	EXPECT_EQ(CPU, look());
}

/* With fewer vCPUs nothing throttles them: try more after 1, 2, ... 32 s. */
TEST_F(vm, quotas_count_for_a_while_once_they_throttle)
{
	unsigned int i, seconds = 1;

	start(&group[0]);
	group[0].cfs_bandwidth.quota = 50 * MS;
	look();
	for (i = 0; i < 8; i++) {
		group[0].cfs_bandwidth.nr_throttled++;
		EXPECT_EQ(CPU / 2, look_often(seconds * 250));
		EXPECT_EQ(4 * CPU, look_often(1));
		seconds = seconds < 32 ? 2 * seconds : 32;
	}
	/* While it throttles it binds, and what was long ago is forgotten. */
	now += 2000 * MS;
	for (i = 0; i < 20; i++) {
		group[0].cfs_bandwidth.nr_throttled++;
		EXPECT_EQ(CPU / 2, look_often(200));
	}
	EXPECT_EQ(CPU / 2, look_often(50));
	EXPECT_EQ(4 * CPU, look_often(1));
}

TEST_F(vm, and_those_above_too)
{
	make_group(&group[1], &group[0], 1024);
	start(&group[1]);
	set_quota(&group[0], 50 * MS);
	EXPECT_EQ(CPU / 2, look());
}

/* As libvirt makes them: vcpu0 to vcpu7, and emulator, in the VM's group. */
static void start_libvirt(void)
{
	unsigned int i;

	for (i = 0; i <= VCPUS; i++)
		make_group(&group[1 + i], &group[0], 1024);
	for (i = 0; i < VCPUS; i++) {
		vcpu[i].sched_task_group = &group[1 + i];
		enqueue(&group[1 + i], i % UNIT_CPUS, 1, 1024 / VCPUS);
	}
}

TEST_F(vm, vcpus_with_a_group_each_compete_in_the_parent)
{
	start_libvirt();
	EXPECT_EQ(4 * CPU, look());
	enqueue(&group[20], 0, 3, 256);
	EXPECT_EQ(4 * CPU, look());
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
	vcpu[7].sched_task_group = &group[1];
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

/* With fewer vCPUs the VM would have less of what they leave. */
TEST_F(vm, other_classes_and_interrupts_take_whole_cpus_or_none)
{
	unsigned int i;

	start(&group[0]);
	for (i = 0; i < UNIT_CPUS; i++)
		unit_rq[i].irq = 512;
	EXPECT_EQ(4 * CPU, look());
	unit_rq[0].irq = 768;
	EXPECT_EQ(3 * CPU, look());
	unit_rq[1].rt = 255;
	EXPECT_EQ(3 * CPU, look());
	unit_rq[1].rt = 256;
	EXPECT_EQ(2 * CPU, look());
	unit_rq[2].dl = 256;
	EXPECT_EQ(CPU, look());
	unit_rq[3].irq = 1024;
	EXPECT_EQ(CPU, look());
}

/* Nothing brings the averages of an idle CPU up to date. */
TEST_F(vm, other_classes_that_left_do_not_count)
{
	start(&group[0]);
	unit_rq[1].rt = 1024;
	unit_rq[1].nr_running = 0;
	EXPECT_EQ(4 * CPU, look());
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
		vcpu[i].sched_task_group = &group[PVSCHED_LEVELS];
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
}

TEST_F(vm, vcpus_far_from_each_other_are_not_folded)
{
	unsigned int i;

	for (i = 1; i < GROUPS; i++)
		make_group(&group[i], i == GROUPS - 1 ? &root : &group[i - 1], 1024);
	start(&group[GROUPS - 2]);
	vcpu[7].sched_task_group = &group[GROUPS - 1];
	EXPECT_EQ(8 * CPU, look());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
}

/* Runnable vCPUs are what is no stranger. */
TEST_F(vm, the_census_counts)
{
	struct pvsched_census census = { };
	unsigned int i;

	start(&group[0]);
	vcpu[0].on_rq = 0;
	vcpu[1].on_rq = TASK_ON_RQ_MIGRATING;
	vcpu[2].se.sched_delayed = 1;
	for (i = 0; i < VCPUS; i++)
		pvsched_census_add(&census, &vcpu[i]);
	EXPECT_EQ(5, census.runnable);
	EXPECT_EQ(8, census.tasks);
	EXPECT_FALSE(census.differ);
}

TEST_HARNESS_MAIN
