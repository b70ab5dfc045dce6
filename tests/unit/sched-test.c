// SPDX-License-Identifier: GPL-2.0
/*
 * host/sched in user space: which task a CPU picks after a yield, what that costs,
 * and where tasks wait that are moved. It is compiled for each base kernel, over the fair
 * class in shim-sched/ and in a folder of the base there, which also has the tests of
 * what is that base's own.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "fair.h"
#include "fair.c"

#include "machine.h"
#include "random.h"

#define VCPUS	4

static char vm_a, vm_b;
static struct task_struct a[VCPUS], b[VCPUS];

/* VM A has its vCPUs on CPU 0, VM B has one on each CPU. */
static void boot(void)
{
	unsigned int i;

	unit_boot();
	for (i = 0; i < VCPUS; i++) {
		unit_init_task(&a[i], 0, &vm_a, true);
		unit_init_task(&b[i], i, &vm_b, true);
	}
}

static void wake_all(struct task_struct *task, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		unit_wake(&task[i]);
}

/*
 * The first of @siblings runs, and b[0] waits beside them. With @due it used up its last
 * slice, and comes before the others by so much.
 */
static void run_beside_stranger(unsigned int siblings, u64 due)
{
	wake_all(a, siblings);
	unit_wake(&b[0]);
	unit_schedule(cpu_rq(0));
	unit_require(current == &a[0]);
	if (!due)
		return;
	b[0].se.sum_exec_runtime = 3 * MS;
	b[0].se.deadline -= due;
}

/* So many tasks of a queue are asleep. */
static void set_delayed(struct rq *rq, unsigned int nr)
{
	rq->cfs.h_nr_delayed = nr;
	rq->cfs.h_nr_runnable = rq->cfs.h_nr_queued - nr;
}

FIXTURE(sched) { int unused; };
FIXTURE_SETUP(sched) { boot(); }
FIXTURE_TEARDOWN(sched) { }

TEST_F(sched, a_yield_within_a_vm_runs_its_target)
{
	wake_all(a, 3);
	unit_schedule(cpu_rq(0));
	EXPECT_EQ(&a[0], current);
	unit_run(cpu_rq(0), MS);
	EXPECT_TRUE(pvsched_yield_to(&a[2]));
	EXPECT_EQ(&a[2], current);
	unit_run(cpu_rq(0), MS);
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&a[1], current);
}

/* Even when it had more than its share. */
TEST_F(sched, a_target_that_is_not_eligible_runs)
{
	wake_all(a, 3);
	unit_schedule(cpu_rq(0));
	unit_run(cpu_rq(0), 2 * MS);
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	unit_run(cpu_rq(0), MS);
	EXPECT_TRUE(pvsched_yield_to(&a[0]));
	EXPECT_EQ(&a[0], current);
}

/* What is left of a turn. */
static u64 rest_of(const struct sched_entity *se)
{
	return se->deadline - se->vruntime;
}

/* Put a waiting task further ahead of its share. */
static void put_ahead(struct task_struct *p, s64 ns)
{
	struct sched_entity *se = &p->se;

	unit_lock_rq(cpu_rq(p->cpu));
	__dequeue_entity(cfs_rq_of(se), se);
	se->vruntime += ns;
	se->deadline += ns;
	__enqueue_entity(cfs_rq_of(se), se);
	unit_unlock_rq(cpu_rq(p->cpu));
}

/* Where no stranger waits: all keep their turns, and the target has a whole slice. */
TEST_F(sched, siblings_alone_keep_their_turns)
{
	u64 vruntime, deadline;

	wake_all(a, 3);
	unit_schedule(cpu_rq(0));
	ASSERT_EQ(&a[0], current);
	unit_run(cpu_rq(0), 2 * MS);
	put_ahead(&a[2], 4 * MS);
	vruntime = a[2].se.vruntime;
	deadline = a[0].se.deadline;
	EXPECT_TRUE(pvsched_yield_to(&a[2]));
	EXPECT_EQ(&a[2], current);
	EXPECT_EQ(vruntime, a[2].se.vruntime);
	EXPECT_EQ(deadline, a[0].se.deadline);
	EXPECT_EQ(9 * MS, rest_of(&a[2].se));
}

/* But not one that is further ahead than the bound: it runs in place of another. */
TEST_F(sched, siblings_alone_are_bounded)
{
	s64 limit;

	wake_all(a, 3);
	unit_schedule(cpu_rq(0));
	ASSERT_EQ(&a[0], current);
	unit_run(cpu_rq(0), MS);
	limit = pvsched_lag_limit(&a[2].se);
	put_ahead(&a[2], 2 * limit);
	EXPECT_TRUE(pvsched_yield_to(&a[2]));
	EXPECT_EQ(&a[2], current);
	EXPECT_GE(pvsched_lag_behind(avg_vruntime(&cpu_rq(0)->cfs), a[2].se.vruntime), -limit);
}

/* What a sibling that gets no yield is owed is bounded. */
TEST_F(sched, siblings_alone_owe_each_other_little)
{
	struct cfs_rq *cfs_rq = &cpu_rq(0)->cfs;
	s64 limit, most = 0;
	unsigned int i;

	wake_all(a, VCPUS);
	unit_schedule(cpu_rq(0));
	limit = pvsched_lag_limit(&a[0].se);
	for (i = 0; i < 1000; i++) {
		unit_run(cpu_rq(0), MS);
		if (cpu_rq(0)->need_resched)
			schedule();
		pvsched_yield_to(&a[1 + i % (VCPUS - 1)]);
		most = max(most, pvsched_lag_behind(avg_vruntime(cfs_rq), a[0].se.vruntime));
	}
	TH_LOG("behind by %lld us at most, of %lld", most / 1000, limit / 1000);
	EXPECT_LE(most, 2 * limit);
}

TEST_F(sched, set_next_needs_an_eligible_target)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	unit_run(cpu_rq(0), 2 * MS);
	EXPECT_TRUE(pvsched_set_next(&a[1]));
	EXPECT_TRUE(this_rq()->need_resched);
	schedule();
	EXPECT_EQ(&a[1], current);
	EXPECT_FALSE(pvsched_set_next(&a[0]));
}

TEST_F(sched, what_cannot_run_is_refused)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	EXPECT_FALSE(pvsched_yield_to(&a[0]));		/* runs */
	EXPECT_FALSE(pvsched_yield_to(&a[2]));		/* sleeps */
	a[1].se.sched_delayed = 1;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	a[1].se.sched_delayed = 0;
	this_rq()->cfs.throttled = true;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	this_rq()->cfs.throttled = false;
	a[1].sched_class = &rt_sched_class;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	a[1].sched_class = &fair_sched_class;
	a[0].sched_class = &rt_sched_class;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	a[0].sched_class = &fair_sched_class;
	a[0].mm = &vm_b;
	a[1].se.sched_delayed = 1;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	a[1].se.sched_delayed = 0;
	a[0].mm = &vm_a;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
}

/* Weighted virtual runtimes sum up to the same, but for what rounding takes. */
TEST_F(sched, a_yield_does_not_move_the_average)
{
	struct cfs_rq *cfs_rq = &cpu_rq(0)->cfs;
	unsigned int i;
	u64 base;

	for (i = 0; i < VCPUS; i++)
		unit_set_weight(&a[i].se, 256ul << i);
	wake_all(a, VCPUS);
	wake_all(b, 1);
	unit_schedule(cpu_rq(0));
	for (i = 0; i < 10000; i++) {
		struct task_struct *to = &a[random_u64() % VCPUS];
		__int128 before, after;

		unit_run(cpu_rq(0), random_u64() % (2 * MS));
		if (cpu_rq(0)->need_resched)
			schedule();
		base = cfs_rq->average;
		before = unit_weighted(cfs_rq, base);
		pvsched_yield_to(to);
		after = unit_weighted(cfs_rq, base);
		ASSERT_LE(before - after, 2 * 2048);
		ASSERT_LE(after - before, 2 * 2048);
	}
}

/* A sleeper that is due comes first; one that burns its slices waits for this one. */
TEST_F(sched, a_yield_hands_the_turn_on_but_not_before_a_sleeper)
{
	bool burns;

	for (burns = false; ; burns = true) {
		boot();
		wake_all(a, 2);
		unit_wake(&b[0]);
		unit_schedule(cpu_rq(0));
		ASSERT_EQ(&a[0], current);
		b[0].se.sum_exec_runtime = burns ? 3 * MS : 1 * MS;
		b[0].se.deadline -= 2 * MS;
		a[1].se.deadline += 2 * MS;
		unit_run(cpu_rq(0), MS);
		EXPECT_TRUE(pvsched_yield_to(&a[1]));
		EXPECT_EQ(burns ? &a[1] : &b[0], current);
		if (burns)
			break;
	}
}

/* A turn that has ended is not handed on, not even before a task that burns its slices. */
TEST_F(sched, a_turn_that_is_over_is_not_handed_on)
{
	run_beside_stranger(2, 2 * MS);
	unit_run(cpu_rq(0), 3 * MS);
	EXPECT_TRUE(cpu_rq(0)->need_resched);
	pvsched_yield_to(&a[1]);
	EXPECT_EQ(&b[0], current);
}

/* Nor before a task with a shorter slice, which ended the protection of the turn. */
TEST_F(sched, a_yield_does_not_renew_a_protection_that_ended)
{
	run_beside_stranger(2, 2 * MS);
	a[1].se.deadline += 2 * MS;
	unit_run(cpu_rq(0), MS);
	unit_end_protection(&a[0].se);
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&b[0], current);
}

/* A sleeper comes first, and then the target, by the better of the two turns. */
TEST_F(sched, a_target_keeps_a_better_turn)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	ASSERT_EQ(&a[0], current);
	unit_run(cpu_rq(0), 2 * MS);
	unit_wake(&b[0]);
	b[0].se.sum_exec_runtime = MS;
	b[0].se.deadline = a[0].se.vruntime;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&b[0], current);
	unit_sleep(cpu_rq(0));
	EXPECT_EQ(&a[1], current);
}

/* Also one that burns its slices, as the caller does. */
TEST_F(sched, a_target_that_is_due_keeps_its_turn)
{
	u64 deadline;

	run_beside_stranger(2, 0);
	unit_run(cpu_rq(0), MS);
	a[0].se.deadline += MS;
	unit_protect_slice(&a[0].se);
	b[0].se.deadline += MS;
	a[1].se.sum_exec_runtime = 3 * MS;
	deadline = a[1].se.deadline;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&a[1], current);
	EXPECT_EQ(deadline, a[1].se.deadline);
}

/* A task that sleeps is dequeued when it is due, and the turn goes on after that. */
TEST_F(sched, a_turn_outlasts_a_delayed_dequeue)
{
	run_beside_stranger(3, 0);
	b[0].se.sum_exec_runtime = 3 * MS;
	unit_run(cpu_rq(0), MS);
	a[2].se.deadline -= 2 * MS;
	a[2].se.sched_delayed = 1;
	b[0].se.deadline -= MS;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&a[1], current);
	EXPECT_TRUE(a[2].sleeps);
}

/* A turn that cannot be exchanged does not come before a stranger that is due. */
TEST_F(sched, a_target_with_a_slice_of_userspace_waits_for_a_stranger)
{
	run_beside_stranger(2, 2 * MS);
	a[1].se.custom_slice = 1;
	a[1].se.slice = 100 * MS;
	a[1].se.deadline += 97 * MS;
	unit_run(cpu_rq(0), 2 * MS);
	pvsched_yield_to(&a[1]);
	EXPECT_EQ(&b[0], current);
}

/* After a sleeper the target runs, and not the sibling that yielded to it. */
TEST_F(sched, a_yield_outlasts_a_sleeper)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	ASSERT_EQ(&a[0], current);
	unit_run(cpu_rq(0), MS / 2);
	unit_wake(&b[0]);
	b[0].se.sum_exec_runtime = MS;
	b[0].se.deadline = a[0].se.vruntime;
	a[1].se.deadline += 2 * MS;
	a[0].se.vruntime -= MS;
	b[0].se.vruntime -= MS;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&b[0], current);
	unit_sleep(cpu_rq(0));
	EXPECT_EQ(&a[1], current);
}

/* Core scheduling may pick more than once before it switches. */
TEST_F(sched, a_second_pick_is_that_of_the_first)
{
	run_beside_stranger(2, 2 * MS);
	a[1].se.deadline += MS;
	unit_run(cpu_rq(0), MS);
	unit_cpu = 1;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	unit_cpu = 0;
	unit_lock_rq(cpu_rq(0));
	EXPECT_TRUE(pvsched_pick_buddy(&cpu_rq(0)->cfs));
	EXPECT_TRUE(pvsched_pick_buddy(&cpu_rq(0)->cfs));
	unit_unlock_rq(cpu_rq(0));
}

/* A slice that ends before the CPU switches is not gone on with. */
TEST_F(sched, a_turn_that_ends_before_the_switch_is_over)
{
	run_beside_stranger(2, 0);
	b[0].se.sum_exec_runtime = 3 * MS;
	unit_run(cpu_rq(0), MS);
	unit_cpu = 1;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	unit_cpu = 0;
	unit_run(cpu_rq(0), 2 * MS);
	b[0].se.deadline -= MS;
	schedule();
	EXPECT_EQ(&b[0], current);
}

/* A target in an idle group has no turn like that of its sibling. */
TEST_F(sched, an_idle_group_takes_over_no_turn)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	a[1].se.idle = 1;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	a[1].se.idle = 0;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
}

/* A yield to a target on another CPU leaves the caller where it is. */
TEST_F(sched, a_remote_target_gets_its_own_cpu)
{
	wake_all(a, 1);
	wake_all(b, 2);
	unit_init_task(&a[1], 1, &vm_a, true);
	unit_wake(&a[1]);
	unit_schedule(cpu_rq(0));
	unit_schedule(cpu_rq(1));
	if (cpu_rq(1)->curr == &a[1]) {
		unit_run(cpu_rq(1), 4 * MS);
		unit_schedule(cpu_rq(1));
	}
	EXPECT_EQ(&b[1], cpu_rq(1)->curr);
	unit_run(cpu_rq(1), MS);
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_TRUE(cpu_rq(1)->need_resched);
	EXPECT_EQ(&a[0], current);
	unit_schedule(cpu_rq(1));
	EXPECT_EQ(&a[1], cpu_rq(1)->curr);
}

/* A group that the base lets no other preempt for does not preempt by a yield. */
TEST_F(sched, an_idle_group_preempts_no_stranger)
{
	unit_init_task(&a[1], 1, &vm_a, true);
	wake_all(a, 1);
	unit_schedule(cpu_rq(0));
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(1));
	unit_wake(&a[1]);
	a[1].se.idle = 1;
	pvsched_yield_to(&a[1]);
	EXPECT_FALSE(cpu_rq(1)->need_resched);
	a[1].se.idle = 0;
	pvsched_yield_to(&a[1]);
	EXPECT_TRUE(cpu_rq(1)->need_resched);
}

/* Not more often than the budget allows. */
TEST_F(sched, another_vm_is_preempted_at_a_limited_rate)
{
	unsigned int i, preempted = 0;

	unit_init_task(&a[1], 1, &vm_a, true);
	wake_all(a, 2);
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(0));
	unit_schedule(cpu_rq(1));
	for (i = 0; i < 1000; i++) {
		unit_run(cpu_rq(1), MS / 10);
		if (cpu_rq(1)->need_resched)
			unit_schedule(cpu_rq(1));
		if (cpu_rq(1)->curr != &b[1])
			continue;
		pvsched_yield_to(&a[1]);
		if (!cpu_rq(1)->need_resched)
			continue;
		unit_schedule(cpu_rq(1));
		preempted += cpu_rq(1)->curr == &a[1];
	}
	EXPECT_LE(preempted, 8 + 2);
	EXPECT_GE(preempted, 8);
}

/* Whatever a VM asks for, it gets no more than its share beside another one. */
TEST_F(sched, no_vm_gains_by_yields)
{
	u64 ran = 0, start = cpu_rq(0)->clock;
	unsigned int i;

	wake_all(a, 1);
	wake_all(b, 1);
	unit_init_task(&a[1], 0, &vm_a, true);
	unit_init_task(&b[1], 0, &vm_b, true);
	unit_wake(&a[1]);
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(0));
	for (i = 0; i < 20000; i++) {
		struct task_struct *curr = current;
		u64 ns = random_u64() % MS;

		unit_run(cpu_rq(0), ns);
		ran += curr->mm == &vm_a ? ns : 0;
		if (cpu_rq(0)->need_resched)
			schedule();
		if (current->mm == &vm_a)
			pvsched_yield_to(&a[current == &a[0]]);
	}
	EXPECT_LE(ran, (cpu_rq(0)->clock - start) / 2 + 50 * MS);
	EXPECT_GE(ran, (cpu_rq(0)->clock - start) / 2 - 50 * MS);
}

TEST_F(sched, a_caller_about_to_sleep_chooses_its_successor)
{
	int i, j;

	/* Whichever would come first without the choice. */
	for (i = 1; i < VCPUS; i++) {
		boot();
		wake_all(a, 1);
		unit_schedule(cpu_rq(0));
		for (j = 1; j < VCPUS; j++) {
			unit_run(cpu_rq(0), MS / 8);
			unit_wake(&a[j]);
		}
		EXPECT_EQ(VCPUS - 1u, pvsched_nr_waiting_here());
		EXPECT_TRUE(pvsched_set_next_here(&a[i]));
		EXPECT_EQ(&a[0], current);
		unit_sleep(cpu_rq(0));
		EXPECT_EQ(&a[i], current);
	}
	/* Not for another CPU. */
	unit_wake(&b[1]);
	EXPECT_FALSE(pvsched_set_next_here(&b[1]));
}

TEST_F(sched, a_pulled_task_waits_here)
{
	wake_all(a, 1);
	unit_schedule(cpu_rq(0));
	unit_init_task(&a[1], 1, &vm_a, true);
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(1));
	unit_wake(&a[1]);
	EXPECT_TRUE(pvsched_pull_task(&a[1]));
	EXPECT_EQ(0, task_cpu(&a[1]));
	EXPECT_EQ(2u, this_rq()->nr_running);
	EXPECT_EQ(1u, cpu_rq(1)->nr_running);
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	/* One that runs stays. */
	EXPECT_FALSE(pvsched_pull_task(&b[1]));
}

TEST_F(sched, a_task_that_may_not_come_is_not_pulled)
{
	wake_all(a, 1);
	unit_schedule(cpu_rq(0));
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(1));
	unit_init_task(&a[1], 1, &vm_a, true);
	unit_wake(&a[1]);
	a[1].cpus = BIT(1);
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	a[1].cpus = UNIT_ALL_CPUS;
	a[1].migration_disabled = true;
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	a[1].migration_disabled = false;
	cpu_rq(0)->inactive = true;
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	cpu_rq(0)->inactive = false;
	/* A stranger came to the caller's CPU meanwhile. */
	unit_wake(&b[0]);
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	b[0].se.sched_delayed = 1;
	set_delayed(cpu_rq(0), 1);
	EXPECT_TRUE(pvsched_pull_task(&a[1]));
}

/* CPU 0: a[0] runs, b[0] waits. CPU 1: b[1] runs, a[1] waits. */
static void cross(void)
{
	unit_init_task(&a[1], 1, &vm_a, true);
	unit_wake(&a[0]);
	unit_schedule(cpu_rq(0));
	unit_wake(&b[0]);
	b[0].se.sum_exec_runtime = 3 * MS;		/* used up its last slice */
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(1));
	unit_wake(&a[1]);
	unit_run(cpu_rq(0), MS);
	unit_run(cpu_rq(1), MS);
}

TEST_F(sched, a_swap_leaves_both_queues_as_they_were)
{
	struct cfs_rq *here = &cpu_rq(0)->cfs, *there = &cpu_rq(1)->cfs;
	__int128 sum[2];
	struct pvsched_position pos;
	u64 base[2];

	cross();
	base[0] = avg_vruntime(here);
	base[1] = avg_vruntime(there);
	sum[0] = unit_weighted(here, base[0]);
	sum[1] = unit_weighted(there, base[1]);
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
	EXPECT_EQ(1, pos.cpu);
	EXPECT_TRUE(this_rq()->need_resched);
	schedule();
	EXPECT_EQ(&a[1], current);
	pvsched_swap_out(&a[0], &pos);
	EXPECT_EQ(1, task_cpu(&a[0]));
	EXPECT_EQ(pos.vruntime, a[0].se.vruntime);
	EXPECT_EQ(pos.deadline, a[0].se.deadline);
	EXPECT_EQ(2u, cpu_rq(0)->nr_running);
	EXPECT_EQ(2u, cpu_rq(1)->nr_running);
	EXPECT_TRUE(sum[0] == unit_weighted(here, base[0]));
	EXPECT_TRUE(sum[1] == unit_weighted(there, base[1]));
}

TEST_F(sched, no_swap_where_positions_differ_in_worth)
{
	struct pvsched_position pos;

	cross();
	unit_set_weight(&a[1].se, 16 * UNIT_WEIGHT);
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	unit_set_weight(&a[1].se, UNIT_WEIGHT);
	a[0].se.custom_slice = 1;
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	a[0].se.custom_slice = 0;
	a[0].cpus = BIT(0);
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	a[0].cpus = UNIT_ALL_CPUS;
	/* In user space it would not move the caller. */
	a[1].preempt_notifiers.first = NULL;
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	a[1].preempt_notifiers.first = &a[1];
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
}

/* A task that another one of its VM keeps waiting gets that one's CPU instead. */
TEST_F(sched, no_swap_within_a_vm)
{
	struct pvsched_position pos;

	cross();
	b[1].mm = &vm_a;
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
}

TEST_F(sched, no_swap_out_into_a_longer_queue)
{
	struct pvsched_position pos;

	cross();
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
	schedule();
	unit_init_task(&b[2], 1, &vm_b, true);
	unit_init_task(&b[3], 1, &vm_b, true);
	unit_wake(&b[2]);
	unit_wake(&b[3]);
	pvsched_swap_out(&a[0], &pos);
	EXPECT_EQ(0, task_cpu(&a[0]));
	EXPECT_EQ(1, a[0].on_rq);
}

/* An idle CPU is woken for what comes to it. */
TEST_F(sched, a_task_that_is_moved_is_woken)
{
	struct pvsched_position pos;

	cross();
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
	schedule();
	while (cpu_rq(1)->curr != cpu_rq(1)->idle)
		unit_sleep(cpu_rq(1));
	cpu_rq(1)->need_resched = false;
	pvsched_swap_out(&a[0], &pos);
	EXPECT_EQ(1, task_cpu(&a[0]));
	EXPECT_TRUE(cpu_rq(1)->need_resched);
}

/* Until the switch the caller has a turn that it has given away, and must not pass on. */
TEST_F(sched, no_other_yield_comes_between_a_swap_and_its_switch)
{
	struct pvsched_position pos;

	cross();
	unit_init_task(&a[2], 0, &vm_a, true);
	unit_wake(&a[2]);
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
	unit_cpu = 1;
	EXPECT_FALSE(pvsched_yield_to(&a[2]));
	unit_cpu = 0;
	schedule();
	EXPECT_EQ(&a[1], current);
	EXPECT_TRUE(pvsched_yield_to(&a[2]));
}

/* After a swap, change something, and see that the caller stays where it is. */
#define STAYS(change)							\
	do {								\
		struct pvsched_position pos;				\
		u64 vruntime;						\
									\
		boot();							\
		cross();						\
		EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));		\
		schedule();						\
		change;							\
		vruntime = a[0].se.vruntime;				\
		pvsched_swap_out(&a[0], &pos);				\
		EXPECT_EQ(0, task_cpu(&a[0]));				\
		EXPECT_EQ(vruntime, a[0].se.vruntime);			\
	} while (0)

TEST_F(sched, a_position_that_does_not_fit_any_more_is_not_taken)
{
	struct cfs_rq other = { };

	STAYS(pos.queue = &other);
	STAYS(pos.task = &b[0]);
	STAYS(a[0].se.custom_slice = 1);
	STAYS(cpu_rq(0)->clock += 21 * MS; cpu_rq(1)->clock += 21 * MS);
	STAYS(a[0].sched_class = &rt_sched_class);
}

/* Likewise, but the caller takes what its target owed: that has the caller's turn. */
#define STAYS_BEHIND(change)						\
	do {								\
		struct pvsched_position pos;				\
		u64 average;						\
									\
		boot();							\
		cross();						\
		put_ahead(&a[1], 2 * MS);				\
		average = avg_vruntime(&cpu_rq(1)->cfs);		\
		EXPECT_LT(average, a[1].se.vruntime);			\
		EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));		\
		EXPECT_EQ((s64)(average - pos.vruntime), pos.lag);	\
		schedule();						\
		change;							\
		average = avg_vruntime(&cpu_rq(0)->cfs);		\
		pvsched_swap_out(&a[0], &pos);				\
		EXPECT_EQ(0, task_cpu(&a[0]));				\
		EXPECT_EQ(average - pos.lag, a[0].se.vruntime);		\
		EXPECT_EQ(pos.deadline - pos.vruntime,			\
			  a[0].se.deadline - a[0].se.vruntime);		\
	} while (0)

TEST_F(sched, a_caller_that_stays_takes_the_debt_of_its_target)
{
	STAYS_BEHIND(a[0].cpus = BIT(0));
	STAYS_BEHIND(cpu_rq(1)->inactive = true);
	STAYS_BEHIND(cpu_rq(1)->sd = NULL);
	STAYS_BEHIND(a[0].cookie = 1);
}

/* Whatever is remembered, the queue stays one from which something can be picked. */
TEST_F(sched, a_position_is_taken_within_bounds)
{
	struct pvsched_position pos;
	unsigned int i;
	s64 lag;

	for (i = 0; i < 1000; i++) {
		boot();
		cross();
		ASSERT_TRUE(pvsched_swap_in(&a[1], &pos));
		schedule();
		pos.vruntime = random_u64();
		pos.deadline = random_u64();
		pvsched_swap_out(&a[0], &pos);
		ASSERT_EQ(1, task_cpu(&a[0]));
		lag = avg_vruntime(&cpu_rq(1)->cfs) - a[0].se.vruntime;
		ASSERT_LE(lag, UNIT_LAG_NS);
		ASSERT_GE(lag, -UNIT_LAG_NS);
		ASSERT_LE((s64)rest_of(&a[0].se), (s64)a[0].se.slice);
		ASSERT_GE((s64)rest_of(&a[0].se), 0);
		unit_schedule(cpu_rq(1));
	}
}

TEST_F(sched, a_lag_is_taken_within_bounds)
{
	struct pvsched_position pos;
	unsigned int i;
	u64 average;
	s64 lag;

	for (i = 0; i < 1000; i++) {
		boot();
		cross();
		ASSERT_TRUE(pvsched_swap_in(&a[1], &pos));
		schedule();
		pos.lag = random_u64();
		a[0].cpus = BIT(0);
		average = avg_vruntime(&cpu_rq(0)->cfs);
		pvsched_swap_out(&a[0], &pos);
		lag = average - a[0].se.vruntime;
		ASSERT_LE(lag, UNIT_LAG_NS);
		ASSERT_GE(lag, -UNIT_LAG_NS);
	}
}

TEST_F(sched, no_move_between_cpus_that_the_base_does_not_balance)
{
	struct pvsched_position pos;
	unsigned int locks;

	cross();
	locks = unit_locks_taken;
	unit_node[1] = 1;
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	unit_node[1] = 0;
	cpu_rq(1)->sd = NULL;				/* isolated */
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	cpu_rq(1)->sd = cpu_rq(0)->sd;
	cpu_rq(0)->sd = NULL;
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	cpu_rq(0)->sd = cpu_rq(1)->sd;
	cpu_rq(0)->rd = NULL;				/* cpusets */
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	cpu_rq(0)->rd = cpu_rq(1)->rd;
	cpu_rq(0)->cookie = 1;				/* core scheduling */
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	cpu_rq(0)->cookie = 0;
	a[1].cpus = BIT(1);
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	a[1].cpus = UNIT_ALL_CPUS;
	/* None of this takes a lock that a guest could have taken at any rate. */
	EXPECT_EQ(locks, unit_locks_taken);
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
}

TEST_F(sched, a_task_that_sleeps_does_not_wait)
{
	wake_all(a, 3);
	unit_schedule(cpu_rq(0));
	EXPECT_EQ(2u, pvsched_nr_waiting_here());
	a[1].se.sched_delayed = a[2].se.sched_delayed = 1;
	set_delayed(this_rq(), 2);
	EXPECT_EQ(0u, pvsched_nr_waiting_here());
	set_delayed(this_rq(), 3);			/* read between two stores */
	EXPECT_EQ(0u, pvsched_nr_waiting_here());
}

/* Two VMs of two vCPUs on one CPU: each chooses among its own, at any time. */
TEST_F(sched, a_vm_that_yields_does_not_keep_another_from_it)
{
	unsigned int i, ran[2] = { };

	unit_init_task(&b[1], 0, &vm_b, true);
	wake_all(a, 2);
	wake_all(b, 2);
	unit_schedule(cpu_rq(0));
	for (i = 0; i < 5000; i++) {
		unit_run(cpu_rq(0), MS / 10);
		/* From elsewhere, A names one or the other all the time. */
		unit_cpu = 1;
		pvsched_yield_to(&a[i & 1]);
		pvsched_yield_to(&b[1]);
		unit_cpu = 0;
		if (cpu_rq(0)->need_resched)
			schedule();
		if (current->mm == &vm_b)
			ran[current == &b[1]]++;
	}
	EXPECT_GT(ran[0] + ran[1], 2300);
	EXPECT_GT(ran[1], ran[0] * 9);
}

/* A group for each vCPU, as libvirt makes them: they exchange their turns. */
TEST_F(sched, groups_of_one_vcpu_exchange_turns)
{
	struct unit_group group[3];
	__int128 sum;
	unsigned int i;
	u64 base;

	for (i = 0; i < 3; i++) {
		unit_init_group(&group[i]);
		unit_join(&group[i], &a[i]);
		unit_set_group_weight(&group[i], 700 + 100 * i);
		unit_wake(&a[i]);
	}
	unit_schedule(cpu_rq(0));
	for (i = 0; i < 1000; i++) {
		unit_run(cpu_rq(0), random_u64() % MS);
		base = cpu_rq(0)->cfs.average;
		sum = unit_weighted(&cpu_rq(0)->cfs, base);
		EXPECT_TRUE(pvsched_yield_to(&a[(current - a + 1) % 3]));
		sum -= unit_weighted(&cpu_rq(0)->cfs, base);
		ASSERT_TRUE(sum < 2048 && sum > -2048);
	}
}

/* With slices that userspace set, one task could get the protection of another. */
TEST_F(sched, slices_of_userspace_are_not_exchanged)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	unit_wake(&b[0]);
	b[0].se.sum_exec_runtime = 3 * MS;
	a[1].se.custom_slice = 1;
	a[1].se.slice = 100 * MS;
	a[1].se.deadline += 97 * MS;
	pvsched_yield_to(&a[1]);
	EXPECT_EQ(100 * MS, rest_of(&a[1].se));
	EXPECT_GE(3 * MS, rest_of(&a[0].se));
}

TEST_F(sched, a_task_of_the_idle_policy_is_refused)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	a[1].policy = SCHED_IDLE;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
}

/*
 * A neighbour of VM A on CPU 0: it works for a while, then sleeps for a while. Time
 * goes on in steps; a tick, a wakeup or a yield may switch tasks at each.
 */
#define STEP		(MS / 50)
#define SECONDS		8
#define LATE		(3 * STEP)	/* until a CPU switches that a yield asked to */
#define HOSTILE_CPU	1
#define MAX_STEPS	5000

struct neighbour {
	struct task_struct task;
	u64 work, nap;		/* what a round takes of each */
	u64 left, wake_at, began;
	unsigned int rounds;
	unsigned int of_steps[MAX_STEPS];	/* how many rounds took so many steps */
};

static void neighbour_round(struct neighbour *n, u64 now)
{
	n->rounds++;
	n->of_steps[min((now - n->began) / STEP, MAX_STEPS - 1)]++;
	n->began = now;
	n->wake_at = now + n->nap / 2 + random_u64() % n->nap;
	n->left = n->work;
}

/* The least number of steps that so many percent of the rounds do not exceed. */
static unsigned int neighbour_steps(const struct neighbour *n, unsigned int percent)
{
	unsigned int steps = 0, sum = 0;

	while (sum + n->of_steps[steps] < n->rounds * percent / 100)
		sum += n->of_steps[steps++];
	return steps;
}

/* What the vCPUs of A do at each step. */
enum hostility { POLITE, LOCAL, REMOTE, BOTH };

static void hostile_step(enum hostility hostility)
{
	struct task_struct *to = &a[random_u64() % VCPUS];

	if ((hostility == LOCAL || hostility == BOTH) && current->mm == &vm_a &&
	    pvsched_is_vcpu(current))
		pvsched_yield_to(to);
	if (hostility == REMOTE || hostility == BOTH) {
		unit_cpu = HOSTILE_CPU;
		pvsched_yield_to(&a[random_u64() % VCPUS]);
		unit_cpu = 0;
	}
}

/* One vCPU of A runs on another CPU, from which it can name the others at any time. */
static void run_beside(struct neighbour *n, enum hostility hostility)
{
	struct rq *rq = cpu_rq(0);
	u64 end = rq->clock + SECONDS * 1000 * MS, tick = rq->clock, asked = tick;
	static struct task_struct other;

	unit_init_task(&other, HOSTILE_CPU, &vm_a, true);
	unit_wake(&other);
	unit_schedule(cpu_rq(HOSTILE_CPU));
	unit_wake(&n->task);
	wake_all(a, VCPUS);
	unit_schedule(rq);
	n->began = rq->clock;
	n->left = n->work;
	while (rq->clock < end) {
		if (rq->curr == &n->task)
			n->left -= min(n->left, STEP);
		if (rq->clock + STEP - tick >= TICK_NSEC) {
			unit_run(rq, STEP);
			tick = rq->clock;
		} else {
			rq->clock += STEP;
		}
		if (rq->curr == &n->task && !n->left) {
			neighbour_round(n, rq->clock);
			unit_sleep(rq);
		}
		if (n->task.sleeps && rq->clock >= n->wake_at)
			unit_wake(&n->task);
		if (!rq->need_resched)
			asked = rq->clock;
		hostile_step(hostility);
		if (rq->need_resched && (hostility == POLITE || rq->clock - asked >= LATE))
			schedule();
	}
}

static void beside(struct neighbour *n, enum hostility hostility, void *mm, bool slices)
{
	boot();
	pvsched_slice = slices;
	unit_init_task(&n->task, 0, mm, false);
	n->rounds = 0;
	memset(n->of_steps, 0, sizeof(n->of_steps));
	run_beside(n, hostility);
	pvsched_slice = true;
}

/* The median says little: beside a polite VM rounds end with ticks. */
static bool is_worse(const struct neighbour *n, const struct neighbour *polite)
{
	unsigned int steps = neighbour_steps(n, 99), before = neighbour_steps(polite, 99);

	printf("# %u rounds (%u), 99%% of them up to %llu us (%llu)\n", n->rounds, polite->rounds,
	       steps * STEP / 1000, before * STEP / 1000);
	return n->rounds < polite->rounds * 95 / 100 || steps > before * 5 / 4;
}

/* A neighbour is to get what it gets beside a VM that does not yield. */
static bool neighbour_is_starved(u64 work, u64 nap, void *mm)
{
	struct neighbour polite = { .work = work, .nap = nap }, n = polite;
	enum hostility hostility;
	bool starved = false;

	beside(&polite, POLITE, mm, false);
	for (hostility = POLITE; hostility <= BOTH; hostility++) {
		beside(&n, hostility, mm, true);
		starved |= is_worse(&n, &polite);
	}
	return starved;
}

TEST_F(sched, a_neighbour_that_sleeps_is_not_starved)
{
	EXPECT_FALSE(neighbour_is_starved(STEP, MS, &vm_b));
	EXPECT_FALSE(neighbour_is_starved(MS, 5 * MS, &vm_b));
}

/* A thread of the VMM has the VM's memory, and is no vCPU. */
TEST_F(sched, nor_is_another_thread_of_the_vmm)
{
	EXPECT_FALSE(neighbour_is_starved(STEP, MS, &vm_a));
	EXPECT_FALSE(neighbour_is_starved(MS, 5 * MS, &vm_a));
}

/* Run two vCPUs in turn on CPU 0, each until its slice ends. */
static u64 slice_of_turns(struct task_struct *one, struct task_struct *two)
{
	unsigned int i;

	unit_wake(one);
	unit_wake(two);
	unit_schedule(cpu_rq(0));
	for (i = 0; i < 6; i++) {
		do
			unit_run(cpu_rq(0), MS);
		while (!cpu_rq(0)->need_resched);
		schedule();
	}
	return rest_of(&one->se);
}

TEST_F(sched, siblings_have_longer_slices)
{
	EXPECT_EQ(9 * MS, slice_of_turns(&a[0], &a[1]));
}

TEST_F(sched, a_longer_slice_of_the_base_stays)
{
	sysctl_sched_base_slice = 12 * MS;
	EXPECT_EQ(12 * MS, slice_of_turns(&a[0], &a[1]));
	sysctl_sched_base_slice = 3 * MS;
}

TEST_F(sched, siblings_beside_a_stranger_have_the_slice_of_the_base)
{
	unit_wake(&b[0]);
	EXPECT_EQ(3 * MS, slice_of_turns(&a[0], &a[1]));
}

/* Also beside a thread of their own VMM. */
TEST_F(sched, siblings_beside_a_thread_have_the_slice_of_the_base)
{
	unit_init_task(&b[0], 0, &vm_a, false);
	unit_wake(&b[0]);
	EXPECT_EQ(3 * MS, slice_of_turns(&a[0], &a[1]));
}

TEST_F(sched, a_stranger_that_comes_ends_longer_slices)
{
	u64 rest;

	slice_of_turns(&a[0], &a[1]);
	EXPECT_EQ(9 * MS, rest_of(&a[1].se));
	/* A sibling does not. */
	unit_wake(&a[2]);
	EXPECT_EQ(9 * MS, rest_of(&a[1].se));
	rest = a[1].se.deadline;
	unit_protect_slice(&current->se);
	unit_wake(&b[0]);
	EXPECT_TRUE(protect_slice(&current->se));
	EXPECT_EQ(3 * MS, rest_of(&a[0].se));
	EXPECT_EQ(rest - 6 * MS, a[1].se.deadline);
}

/* What is left of a longer slice of which so much was used, when a stranger has come */
static u64 rest_after(u64 used)
{
	boot();
	slice_of_turns(&a[0], &a[1]);
	unit_run(cpu_rq(0), used);
	unit_wake(&b[0]);
	return rest_of(&current->se);
}

TEST_F(sched, a_slice_ends_as_if_it_had_been_the_base_s)
{
	EXPECT_EQ(2 * MS, rest_after(MS));
	EXPECT_EQ(0, rest_after(4 * MS));
	EXPECT_EQ(0, rest_after(5 * MS));
	EXPECT_EQ(2 * MS, rest_after(7 * MS));
}

/* Also the slice of one that came from another CPU. */
TEST_F(sched, a_stranger_that_comes_ends_the_longer_slice_of_one_that_came)
{
	wake_all(a, 2);
	unit_schedule(cpu_rq(0));
	ASSERT_EQ(&a[0], current);
	a[1].se.deadline = a[1].se.vruntime + 9 * MS;
	unit_lock_rq(cpu_rq(0));
	pvsched_arrive(cpu_rq(0), &a[1]);
	unit_unlock_rq(cpu_rq(0));
	EXPECT_EQ(9 * MS, a[1].se.deadline - a[1].se.vruntime);
	unit_wake(&b[0]);
	EXPECT_EQ(3 * MS, a[1].se.deadline - a[1].se.vruntime);
}

/* The base bounds by the slice what lag a task keeps when it leaves. */
TEST_F(sched, longer_slices_keep_no_more_lag)
{
	slice_of_turns(&a[0], &a[1]);
	EXPECT_EQ(3 * MS, a[0].se.slice);
	EXPECT_EQ(3 * MS, a[1].se.slice);
	EXPECT_TRUE(pvsched_yield_to(current == &a[0] ? &a[1] : &a[0]));
	EXPECT_EQ(9 * MS, rest_of(&current->se));
	EXPECT_EQ(3 * MS, current->se.slice);
}

/* A slice that userspace set stays, and a switch that is off is off at once. */
TEST_F(sched, a_yield_renews_no_slice_of_userspace)
{
	wake_all(a, 3);
	a[1].se.custom_slice = 1;
	a[1].se.slice = MS;
	unit_schedule(cpu_rq(0));
	ASSERT_EQ(&a[0], current);
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(MS, rest_of(&a[1].se));
	EXPECT_TRUE(pvsched_yield_to(&a[2]));
	EXPECT_EQ(9 * MS, rest_of(&a[2].se));
	EXPECT_TRUE(pvsched_yield_to(&a[0]));
	pvsched_slice = false;
	EXPECT_TRUE(pvsched_yield_to(&a[2]));
	EXPECT_EQ(3 * MS, rest_of(&a[2].se));
}

/* It is still in the queue, with the deadline it had. */
TEST_F(sched, a_wakeup_before_a_delayed_dequeue_ends_a_longer_slice)
{
	EXPECT_EQ(9 * MS, slice_of_turns(&a[0], &a[1]));
	unit_lock_rq(cpu_rq(0));
	pvsched_requeue(&a[0].se);
	unit_unlock_rq(cpu_rq(0));
	EXPECT_EQ(3 * MS, rest_of(&a[0].se));
	a[1].se.custom_slice = 1;
	a[1].se.slice = 9 * MS;
	unit_lock_rq(cpu_rq(0));
	pvsched_requeue(&a[1].se);
	unit_unlock_rq(cpu_rq(0));
	EXPECT_EQ(9 * MS, rest_of(&a[1].se));
}

/* A sum that was rounded is no longer slice, nor is that of a task that is no vCPU. */
TEST_F(sched, what_is_not_longer_is_not_cut)
{
	slice_of_turns(&a[0], &a[1]);
	a[1].se.deadline = a[1].se.vruntime + 3 * MS + 1;
	unit_init_task(&b[1], 0, &vm_b, false);
	unit_wake(&b[1]);
	EXPECT_EQ(3 * MS + 1, rest_of(&a[1].se));
	b[1].se.deadline = b[1].se.vruntime + 5 * MS;
	unit_lock_rq(cpu_rq(0));
	pvsched_arrive(cpu_rq(0), &b[1]);
	a[1].se.deadline = a[1].se.vruntime + 9 * MS;
	EXPECT_EQ(5 * MS, rest_of(&b[1].se));
	pvsched_arrive(cpu_rq(0), &a[1]);
	unit_unlock_rq(cpu_rq(0));
	EXPECT_EQ(3 * MS, rest_of(&a[1].se));
	EXPECT_EQ(5 * MS, rest_of(&b[1].se));
}

TEST_F(sched, strangers_have_the_slice_of_the_base)
{
	EXPECT_EQ(3 * MS, slice_of_turns(&a[0], &b[0]));
}

TEST_F(sched, tasks_that_are_no_vcpus_have_the_slice_of_the_base)
{
	a[0].preempt_notifiers.first = a[1].preempt_notifiers.first = NULL;
	EXPECT_EQ(3 * MS, slice_of_turns(&a[0], &a[1]));
}

TEST_F(sched, slices_are_bounded_and_can_be_switched_off)
{
	pvsched_slice_us = ~0u;
	EXPECT_EQ(100 * MS, slice_of_turns(&a[0], &a[1]));
	boot();
	pvsched_slice = false;
	EXPECT_EQ(3 * MS, slice_of_turns(&a[0], &a[1]));
}

/* Whatever tasks do on any CPU, alone or in groups, each is in one queue, or runs, or sleeps. */
static bool is_consistent(struct rq *rq)
{
	unsigned int i, queued = rq->cfs.nr_tree + (rq->curr != rq->idle);

	for (i = 0; i < rq->cfs.nr_tree; i++)
		if (!rq->cfs.tree[i]->on_rq || unit_queue(rq->cfs.tree[i]) != &rq->cfs)
			return false;

	return queued == rq->cfs.nr_running;
}

static void step_anyhow(struct task_struct *p)
{
	struct pvsched_position pos;
	struct task_struct *curr;

	unit_cpu = random_u64() % UNIT_CPUS;
	curr = current;
	unit_run(this_rq(), random_u64() % MS);
	switch (random_u64() % 8) {
	case 0:
		if (curr != this_rq()->idle)
			unit_sleep(this_rq());
		break;
	case 1:
		pvsched_pull_task(p);
		break;
	case 2:
		if (curr != this_rq()->idle && pvsched_swap_in(p, &pos)) {
			schedule();
			pvsched_swap_out(curr, &pos);
		}
		break;
	case 3:
		pvsched_set_next_here(p);
		break;
	default:
		if (p->sleeps && !p->on_rq)
			unit_wake(p);
		else
			pvsched_yield_to(p);
	}
	if (this_rq()->need_resched || current == this_rq()->idle)
		schedule();
}

/* For half a second each CPU runs what it has, and nothing yields. */
static void run_all(void)
{
	unsigned int i;

	for (i = 0; i < 500 * UNIT_CPUS; i++) {
		unit_cpu = i % UNIT_CPUS;
		unit_run(this_rq(), MS);
		if (this_rq()->need_resched || current == this_rq()->idle)
			schedule();
	}
}

TEST_F(sched, no_task_is_stranded)
{
	struct unit_group group[VCPUS];
	u64 ran[2 * VCPUS];
	unsigned int i;

	for (i = 0; i < VCPUS; i++) {
		unit_init_group(&group[i]);
		unit_set_group_weight(&group[i], 512 + 256 * i);
		unit_join(&group[i], &a[i]);
	}
	for (i = 0; i < 20000; i++) {
		step_anyhow(random_u64() & 1 ? &a[random_u64() % VCPUS] : &b[random_u64() % VCPUS]);
		ASSERT_TRUE(is_consistent(this_rq()));
	}
	for (i = 0; i < 2 * VCPUS; i++)
		ran[i] = (i < VCPUS ? &a[i] : &b[i - VCPUS])->se.sum_exec_runtime;
	run_all();
	for (i = 0; i < 2 * VCPUS; i++) {
		struct task_struct *p = i < VCPUS ? &a[i] : &b[i - VCPUS];

		EXPECT_TRUE(p->sleeps || p->se.sum_exec_runtime > ran[i]);
	}
}

/* Two vCPUs with a group each, of which the second one's holds another task as well */
static void wake_in_groups_with_other(struct unit_group *group)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		unit_init_group(&group[i]);
		unit_join(&group[i], &a[i]);
		unit_wake(&a[i]);
	}
	unit_join(&group[1], &b[0]);
	unit_wake(&b[0]);
	unit_schedule(cpu_rq(0));
}

#include "own_tests.h"

TEST_HARNESS_MAIN
