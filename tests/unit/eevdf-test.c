// SPDX-License-Identifier: GPL-2.0
/*
 * host/sched/eevdf.h: the arithmetic of lag, for any numbers.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "eevdf.h"
#include "random.h"

#define MS	1000000ull
#define TICK	(4 * MS)

TEST(the_bound_is_two_slices_and_at_least_a_tick)
{
	EXPECT_EQ(6 * MS, pvsched_lag_bound_ns(3 * MS, TICK));
	EXPECT_EQ(TICK, pvsched_lag_bound_ns(MS, TICK));
	EXPECT_EQ(TICK, pvsched_lag_bound_ns(0, TICK));
}

/* Virtual time wraps; an entity behind the average is behind all the same. */
TEST(lag_is_a_difference)
{
	u64 edge[] = { 0, 1, 1ull << 63, ~0ull, 5 * MS };
	unsigned int i;

	for (i = 0; i < 5; i++) {
		EXPECT_EQ(7, pvsched_lag_behind(edge[i] + 7, edge[i]));
		EXPECT_EQ(-7, pvsched_lag_behind(edge[i], edge[i] + 7));
	}
}

static u64 up_to(u64 n)
{
	return random_u64() % n;
}

TEST(turns_of_equal_weight_change_hands)
{
	struct pvsched_turn a = { 100, 200 }, b = { 50, 400 };

	EXPECT_TRUE(pvsched_exchange_turns(&a, 1024, &b, 1024));
	EXPECT_EQ(100, b.vruntime);
	EXPECT_EQ(200, b.deadline);
	EXPECT_EQ(50, a.vruntime);
	EXPECT_EQ(400, a.deadline);
}

/* For any times and weights: the weighted sum is kept, but for what rounding takes. */
TEST(an_exchange_keeps_the_weighted_sum)
{
	unsigned int i, done = 0;

	for (i = 0; i < 200000; i++) {
		u64 base = random_u64();
		s64 weight_a = 2 + up_to(88761), weight_b = 2 + up_to(88761);
		struct pvsched_turn a = { base + up_to(1ull << 41) }, b = { base + up_to(1ull << 41) };
		struct pvsched_turn from;
		__int128 sum;

		a.deadline = a.vruntime + up_to(1ull << 38);
		b.deadline = b.vruntime + up_to(1ull << 38);
		from = a;
		sum = (__int128)(s64)(a.vruntime - base) * weight_a +
		      (__int128)(s64)(b.vruntime - base) * weight_b;
		if (!pvsched_exchange_turns(&a, weight_a, &b, weight_b)) {
			ASSERT_EQ(from.vruntime, a.vruntime);
			ASSERT_EQ(from.deadline, a.deadline);
			continue;
		}
		done++;
		sum -= (__int128)(s64)(a.vruntime - base) * weight_a +
		       (__int128)(s64)(b.vruntime - base) * weight_b;
		ASSERT_TRUE(sum <= weight_a && -sum <= weight_a);
		ASSERT_EQ(from.vruntime, b.vruntime);
		/* A slice is as long in real time as it was. */
		ASSERT_LE(llabs((s64)(b.deadline - b.vruntime) * weight_b -
				(s64)(from.deadline - from.vruntime) * weight_a), weight_b);
	}
	EXPECT_GT(done, 10000);
}

TEST(turns_that_are_too_far_apart_stay)
{
	struct pvsched_turn a = { 0, 1 }, b = { 1ull << 62, (1ull << 62) + 1 };

	EXPECT_FALSE(pvsched_exchange_turns(&a, 1024, &b, 1024));
	b = (struct pvsched_turn) { 0, 1ull << 62 };
	EXPECT_FALSE(pvsched_exchange_turns(&a, 1024, &b, 1024));
	EXPECT_FALSE(pvsched_exchange_turns(&b, 1024, &a, 1024));
	b = (struct pvsched_turn) { 0, 1 };
	EXPECT_FALSE(pvsched_exchange_turns(&a, 1024, &b, 1024 * 8 + 1));
	EXPECT_FALSE(pvsched_exchange_turns(&a, 1024 * 8 + 1, &b, 1024));
	EXPECT_TRUE(pvsched_exchange_turns(&a, 1024 * 8, &b, 1024));
	EXPECT_EQ(0, a.vruntime);
}

TEST(a_turn_within_bounds_stays)
{
	struct pvsched_turn t = { 95, 98 };

	pvsched_clamp_turn(&t, 100, 10, 5);
	EXPECT_EQ(95, t.vruntime);
	EXPECT_EQ(98, t.deadline);
}

/* On either side, wherever time is. */
TEST(a_turn_out_of_bounds_is_brought_back)
{
	unsigned int i;

	for (i = 0; i < 100000; i++) {
		u64 average = random_u64();
		s64 limit = up_to(1ull << 34), slice = up_to(1ull << 34);
		s64 lag = (s64)random_u64() >> up_to(63), rest = (s64)random_u64() >> up_to(63);
		struct pvsched_turn t = { average - lag, average - lag + rest };

		pvsched_clamp_turn(&t, average, limit, slice);
		ASSERT_EQ(clamp(lag, -limit, limit), pvsched_lag_behind(average, t.vruntime));
		ASSERT_EQ(clamp(rest, 0, slice), (s64)(t.deadline - t.vruntime));
	}
}

TEST_HARNESS_MAIN
