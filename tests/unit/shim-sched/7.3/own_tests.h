/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of host/sched for what Linux 7.3 has of its own: one order for the tasks of all groups,
 * weights of any size, and slices that end by a timer. sched-test.c includes this file.
 */

/* A group that holds another task as well is none of its tasks' concern. */
TEST_F(sched, vcpus_in_groups_with_other_tasks_exchange_turns)
{
	struct unit_group group[2];

	wake_in_groups_with_other(group);
	ASSERT_EQ(&a[0], current);
	b[0].se.sum_exec_runtime = 3 * MS;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_EQ(&a[1], current);
}

TEST_F(sched, vcpus_with_a_group_each_have_longer_slices)
{
	struct unit_group group[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		unit_init_group(&group[i]);
		unit_join(&group[i], &a[i]);
	}
	EXPECT_EQ(9 * MS, slice_of_turns(&a[0], &a[1]));
	EXPECT_EQ(9 * MS, rest_of(&a[1].se));
	unit_wake(&b[0]);
	EXPECT_EQ(3 * MS, rest_of(&a[0].se));
	EXPECT_GE(3 * MS, rest_of(&a[1].se));
}

/* The timer of a slice was for its old end. */
TEST_F(sched, a_slice_that_is_cut_ends_on_time)
{
	slice_of_turns(&a[0], &a[1]);
	unit_run(cpu_rq(0), MS);
	EXPECT_EQ(cpu_rq(0)->clock + 8 * MS, cpu_rq(0)->timer);
	unit_wake(&b[0]);
	EXPECT_EQ(cpu_rq(0)->clock + 2 * MS, cpu_rq(0)->timer);
}

/* A buddy of the base's comes first where it is eligible, but the pick of pvsched sees the rest. */
TEST_F(sched, a_task_that_sleeps_and_is_due_leaves_the_queue_before_a_yield)
{
	run_beside_stranger(3, 2 * MS);
	b[0].se.sum_exec_runtime = 0;
	unit_run(cpu_rq(0), MS);
	a[2].se.deadline -= 4 * MS;
	a[2].se.sched_delayed = 1;
	EXPECT_TRUE(pvsched_yield_to(&a[1]));
	EXPECT_TRUE(a[2].sleeps);
	EXPECT_EQ(&b[0], current);
}

TEST_F(sched, a_task_is_not_moved_to_where_its_group_is_throttled)
{
	struct unit_group group;

	unit_wake(&a[0]);
	unit_schedule(cpu_rq(0));
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(1));
	unit_init_group(&group);
	unit_init_task(&a[1], 1, &vm_a, true);
	unit_join(&group, &a[1]);
	unit_wake(&a[1]);
	group.cfs[0].throttled = true;
	EXPECT_FALSE(pvsched_pull_task(&a[1]));
	group.cfs[0].throttled = false;
	EXPECT_TRUE(pvsched_pull_task(&a[1]));
}

/* As cross(), with a group for each vCPU of A, and so much weight. */
static void cross_groups(struct unit_group *group, unsigned long here, unsigned long there)
{
	unsigned int i;

	unit_init_task(&a[1], 1, &vm_a, true);
	for (i = 0; i < 2; i++) {
		unit_init_group(&group[i]);
		unit_set_group_weight(&group[i], i ? there : here);
		unit_join(&group[i], &a[i]);
	}
	unit_wake(&a[0]);
	unit_schedule(cpu_rq(0));
	unit_wake(&b[0]);
	b[0].se.sum_exec_runtime = 3 * MS;
	unit_wake(&b[1]);
	unit_schedule(cpu_rq(1));
	unit_wake(&a[1]);
	unit_run(cpu_rq(0), MS);
	unit_run(cpu_rq(1), MS);
}

/* What a queue owes a task, in nanoseconds */
static s64 owed_to(struct task_struct *p)
{
	s64 lag = avg_vruntime(unit_queue(&p->se)) - p->se.vruntime;

	return (__int128)lag * unit_weight(&p->se) / NICE_0_LOAD;
}

/* So much more or less is what averages are rounded by. */
#define NS		50

static bool is_near(s64 a, s64 b)
{
	return a - b < NS && b - a < NS;
}

/* Positions are swapped between groups, and are worth the same at any weight that fits. */
static bool swap_keeps_what_is_owed(unsigned long here, unsigned long there, u64 late)
{
	struct pvsched_position pos;
	struct unit_group group[2];
	s64 owed[2];

	boot();
	cross_groups(group, here, there);
	owed[0] = owed_to(&b[0]);
	owed[1] = owed_to(&b[1]);
	unit_require(pvsched_swap_in(&a[1], &pos));
	schedule();
	unit_require(current == &a[1] && group[1].cfs[0].h_nr_queued == 1);
	/* The stranger there runs on, and has its share of that time. */
	cpu_rq(1)->clock += late;
	owed[1] -= late * there / (UNIT_WEIGHT + there);
	pvsched_swap_out(&a[0], &pos);
	unit_require(task_cpu(&a[0]) == 1 && group[0].cfs[1].h_nr_queued == 1);

	return is_near(owed[0], owed_to(&b[0])) && is_near(owed[1], owed_to(&b[1]));
}

TEST_F(sched, a_swap_between_groups_leaves_both_queues_as_they_were)
{
	unsigned int i;

	for (i = 0; i < 1000; i++)
		ASSERT_TRUE(swap_keeps_what_is_owed(1024 + random_u64() % 7168,
						    1024 + random_u64() % 7168,
						    random_u64() % MS));
}

/* A group's weight in a queue changes with what it does: a position keeps its worth. */
TEST_F(sched, a_position_of_any_weight_is_taken_within_bounds)
{
	struct pvsched_position pos;
	struct unit_group group[2];
	s64 limit, lag;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		boot();
		cross_groups(group, 1024, 1024 + random_u64() % 7168);
		ASSERT_TRUE(pvsched_swap_in(&a[1], &pos));
		schedule();
		pos.vruntime += (s64)random_u64() >> random_u64() % 64;
		pos.deadline = pos.vruntime + ((s64)random_u64() >> random_u64() % 64);
		pos.weight = 2 + (random_u64() >> (36 + random_u64() % 28));
		pvsched_swap_out(&a[0], &pos);
		ASSERT_EQ(1, task_cpu(&a[0]));
		limit = calc_delta_fair(UNIT_LAG_NS, &a[0].se);
		lag = avg_vruntime(&cpu_rq(1)->cfs) - a[0].se.vruntime;
		ASSERT_TRUE(lag <= limit && lag >= -limit);
		ASSERT_TRUE((s64)rest_of(&a[0].se) >= 0 &&
			    (s64)rest_of(&a[0].se) <= (s64)calc_delta_fair(3 * MS, &a[0].se));
		unit_schedule(cpu_rq(1));
	}
}

/* The numbers that a position may hold, one of two weights or both */
static unsigned long any_weight(void)
{
	return 2 + (random_u64() >> (36 + random_u64() % 27));
}

static s64 any_time(void)
{
	return (s64)random_u64() >> (23 + random_u64() % 40);
}

/* An error of one in so many comes from weights that are shortened. */
#define SHORTENED	(1 << 18)

/* Weights are not scaled down here, and have up to 28 bits. */
TEST(an_exchange_between_any_weights_keeps_the_sum)
{
	unsigned int i, done = 0;

	for (i = 0; i < 200000; i++) {
		u64 base = random_u64();
		struct sched_entity x = { .h_load.weight = any_weight() }, y = x;
		struct pvsched_turn a = { base + any_time() }, b = { base + any_time() }, from, to;
		__int128 sum, most, w_x, w_y;

		if (i % 2)
			y.h_load.weight = 2 + x.h_load.weight * (random_u64() % 64) / 8;
		w_x = x.h_load.weight;
		w_y = y.h_load.weight;
		from = a = (struct pvsched_turn) { a.vruntime, a.vruntime + any_time() };
		to = b = (struct pvsched_turn) { b.vruntime, b.vruntime + any_time() };
		sum = (s64)(a.vruntime - base) * w_x + (s64)(b.vruntime - base) * w_y;
		if (!pvsched_exchange_entities(&a, &x, &b, &y)) {
			ASSERT_TRUE(!memcmp(&a, &from, sizeof(a)) && !memcmp(&b, &to, sizeof(b)));
			continue;
		}
		done++;
		sum -= (s64)(a.vruntime - base) * w_x + (s64)(b.vruntime - base) * w_y;
		most = w_x + (w_y * llabs(to.vruntime - from.vruntime)) / SHORTENED;
		ASSERT_TRUE(sum <= most && -sum <= most);
		ASSERT_EQ(from.vruntime, b.vruntime);
	}
	EXPECT_GT(done, 10000);
}

/* A turn is worth as many nanoseconds at another weight, as long as that is a time at all. */
TEST(a_turn_of_any_weight_is_worth_the_same)
{
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		struct sched_entity se = { .h_load.weight = any_weight() };
		u64 average = random_u64(), w = any_weight();
		s64 lag = any_time(), rest = any_time();
		struct pvsched_turn turn = { average - lag, average - lag + rest };
		__int128 error, most;

		if (w > 8 * se.h_load.weight || se.h_load.weight > 8 * w)
			continue;
		pvsched_fit_turn(&se, &turn, average, w);
		error = (__int128)(s64)(average - turn.vruntime) * se.h_load.weight - (__int128)lag * w;
		most = se.h_load.weight + (__int128)llabs(lag) * w / SHORTENED;
		ASSERT_TRUE(error <= most && -error <= most);
		error = (__int128)(s64)(turn.deadline - turn.vruntime) * se.h_load.weight -
			(__int128)rest * w;
		most = se.h_load.weight + (__int128)llabs(rest) * w / SHORTENED;
		ASSERT_TRUE(error <= most && -error <= most);
	}
}

/* Whatever weights and times are: nothing overflows, and all ends within what a time can be. */
TEST(a_turn_of_any_worth_does_not_overflow)
{
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		unsigned long from = 2 + (random_u64() >> random_u64() % 63);
		unsigned long to = 2 + (random_u64() >> random_u64() % 63);
		s64 delta = (s64)random_u64() >> random_u64() % 63, scaled;

		from &= ~0ul >> 2;
		to &= ~0ul >> 2;
		scaled = pvsched_reweigh(delta, from, to);
		ASSERT_TRUE(!scaled || (scaled < 0) == (delta < 0));
		ASSERT_LE(llabs(scaled), PVSCHED_MAX_APART << PVSCHED_WEIGHT_BITS);
	}
}
