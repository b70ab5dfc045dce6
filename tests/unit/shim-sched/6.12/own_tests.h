/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of host/sched for what Linux 6.12 has of its own: groups are in the order of their
 * parent's queue, and positions fit tasks of the same group and weight alone. sched-test.c
 * includes this file.
 */

TEST_F(sched, a_position_of_another_weight_is_not_taken)
{
	STAYS(unit_set_weight(&a[0].se, 2 * UNIT_WEIGHT));
}

/* Of equal tasks, but not of unequal ones */
TEST_F(sched, positions_of_unequal_tasks_are_not_swapped)
{
	struct pvsched_position pos;

	cross();
	unit_set_weight(&a[1].se, 2 * UNIT_WEIGHT);
	EXPECT_FALSE(pvsched_swap_in(&a[1], &pos));
	unit_set_weight(&a[1].se, UNIT_WEIGHT);
	EXPECT_TRUE(pvsched_swap_in(&a[1], &pos));
}

/* A group that also holds another task is not one vCPU: its turn is not given away. */
TEST_F(sched, groups_with_other_tasks_do_not)
{
	struct unit_group group[2];
	u64 vruntime[2];

	wake_in_groups_with_other(group);
	if (current != &a[0]) {
		unit_run(cpu_rq(0), 4 * MS);
		schedule();
	}
	ASSERT_EQ(&a[0], current);
	vruntime[0] = group[0].se[0].vruntime;
	vruntime[1] = group[1].se[0].vruntime;
	EXPECT_FALSE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(vruntime[0], group[0].se[0].vruntime);
	EXPECT_EQ(vruntime[1], group[1].se[0].vruntime);
}

/* Nor does a CPU without vCPUs cut anything. */
TEST_F(sched, long_slices_of_other_tasks_stay)
{
	struct unit_group group;

	a[0].preempt_notifiers.first = a[1].preempt_notifiers.first = NULL;
	unit_init_group(&group);
	unit_join(&group, &a[0]);
	unit_wake(&a[0]);
	group.se[0].slice = 20 * MS;
	group.se[0].custom_slice = 1;
	group.se[0].deadline = group.se[0].vruntime + 20 * MS;
	a[1].se.custom_slice = 1;
	a[1].se.slice = 20 * MS;
	unit_wake(&a[1]);
	unit_lock_rq(cpu_rq(0));
	pvsched_arrive(cpu_rq(0), &a[1]);
	unit_unlock_rq(cpu_rq(0));
	EXPECT_EQ(20 * MS, rest_of(&group.se[0]));
	EXPECT_EQ(20 * MS, rest_of(&a[1].se));
}

/* A group that stands for one vCPU has what the vCPU would have. */
TEST_F(sched, groups_of_one_vcpu_have_longer_slices)
{
	struct unit_group one, two;

	unit_init_group(&one);
	unit_init_group(&two);
	unit_join(&one, &a[0]);
	unit_join(&two, &a[1]);
	slice_of_turns(&a[0], &a[1]);
	EXPECT_EQ(9 * MS, rest_of(&one.se[0]));
	EXPECT_EQ(9 * MS, rest_of(&two.se[0]));
	unit_wake(&b[0]);
	EXPECT_GE(3 * MS, rest_of(&one.se[0]));
	EXPECT_GE(3 * MS, rest_of(&two.se[0]));
}
