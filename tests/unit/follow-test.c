// SPDX-License-Identifier: GPL-2.0
/*
 * guest/follow.c in user space: how many vCPUs the guest uses for which numbers of the
 * host, how soon, how often that changes, and which they are.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <linux/minmax.h>
#include "fold.h"
#include "random.h"

#define MS		1000000ull
#define SECOND		(1000 * MS)
#define TICK		(4 * MS)
#define ALL		16

static struct pvsched_follow follow;
static u64 clock = 77 * SECOND;
static unsigned int changes;

/* The next tick sees @wanted. */
static unsigned int tick(unsigned int wanted)
{
	unsigned int before = follow.cpus, after;

	clock += TICK;
	after = pvsched_follow(&follow, wanted, clock);
	changes += before && before != after;

	return after;
}

/* ms until @cpus are in use when @wanted are called for, at most two seconds. */
static unsigned int ms_until(unsigned int cpus, unsigned int wanted)
{
	u64 start = clock;

	while (tick(wanted) != cpus && clock - start < 3 * SECOND)
		;

	return (clock - start) / MS;
}

static void wait_ms(unsigned int ms, unsigned int wanted)
{
	u64 end = clock + ms * MS;

	while (clock < end)
		tick(wanted);
}

TEST(a_number_of_cpus)
{
	EXPECT_EQ(16, pvsched_capacity_cpus(0, 16));
	EXPECT_EQ(1, pvsched_capacity_cpus(1, 16));
	EXPECT_EQ(1, pvsched_capacity_cpus(1024, 16));
	EXPECT_EQ(2, pvsched_capacity_cpus(1025, 16));
	EXPECT_EQ(15, pvsched_capacity_cpus(15 * 1024, 16));
	EXPECT_EQ(16, pvsched_capacity_cpus(16 * 1024, 16));
	EXPECT_EQ(16, pvsched_capacity_cpus(U32_MAX, 16));
	EXPECT_EQ(1, pvsched_capacity_cpus(U32_MAX, 1));
}

TEST(any_number_is_within_bounds)
{
	unsigned int i, all, cpus;

	for (i = 0; i < 100000; i++) {
		all = 1 + random_u64() % 512;
		cpus = pvsched_capacity_cpus(random_u64() >> random_u64() % 64, all);
		ASSERT_GE(cpus, 1);
		ASSERT_LE(cpus, all);
	}
}

TEST(all_at_first)
{
	EXPECT_EQ(ALL, tick(ALL));
	EXPECT_EQ(0, changes);
}

TEST(folded_soon_and_back_at_once)
{
	tick(ALL);
	EXPECT_LE(ms_until(4, 4), 12);
	wait_ms(3000, 4);
	EXPECT_EQ(4, ms_until(ALL, ALL));
}

/* One tick that sees fewer is not enough. */
TEST(a_glimpse_folds_nothing)
{
	tick(ALL);
	EXPECT_EQ(ALL, tick(1));
	EXPECT_EQ(ALL, tick(ALL));
	EXPECT_EQ(ALL, tick(1));
	EXPECT_EQ(ALL, tick(ALL));
}

/* To the highest of those numbers */
TEST(the_peak_counts)
{
	tick(ALL);
	tick(9);
	EXPECT_EQ(9, tick(3));
	wait_ms(8, 3);
	EXPECT_EQ(3, follow.cpus);
}

TEST(the_peak_is_forgotten)
{
	tick(ALL);
	tick(9);
	tick(ALL);
	tick(3);
	EXPECT_EQ(3, tick(3));
}

/* A number that rises again within two seconds is followed later each time. */
TEST(a_number_that_wavers)
{
	unsigned int hold, ms;

	tick(ALL);
	EXPECT_LE(ms_until(4, 4), 12);
	wait_ms(1900, 4);
	for (hold = 64; hold <= 8192; hold *= 2) {
		EXPECT_EQ(4, ms_until(ALL, ALL));
		ms = ms_until(4, 4);
		EXPECT_GE(ms, min(hold, 2000u));
		EXPECT_LE(ms, min(hold, 2000u) + 8);
	}
	wait_ms(2100, 4);
	EXPECT_EQ(4, ms_until(ALL, ALL));
	EXPECT_LE(ms_until(4, 4), 12);
}

/* However many steps it takes */
TEST(a_rise_in_steps)
{
	unsigned int i;

	tick(ALL);
	EXPECT_LE(ms_until(4, 4), 12);
	for (i = 5; i <= ALL; i++)
		EXPECT_EQ(i, tick(i));
	EXPECT_LE(ms_until(4, 4), 64 + 8);
}

/* Whatever the number does, it folds once in two seconds after the first times. */
TEST(any_sequence_folds_seldom)
{
	unsigned int run, i, folds, before;

	for (run = 0; run < 50; run++) {
		memset(&follow, 0, sizeof(follow));
		tick(ALL);
		folds = 0;
		for (i = 0; i < 10 * SECOND / TICK; i++) {
			before = follow.cpus;
			tick(random_u64() % (run + 1) ? follow.cpus ?: 1 : 1 + random_u64() % ALL);
			folds += follow.cpus < before;
			ASSERT_GE(follow.cpus, 1);
			ASSERT_LE(follow.cpus, ALL);
		}
		EXPECT_LE(folds, 6 + ALL);
	}
}

/* A host that changes between two numbers a tick */
TEST(flicker)
{
	unsigned int i;

	tick(ALL);
	changes = 0;
	for (i = 0; i < 10 * SECOND / TICK; i++)
		tick(i % 2 ? 1 : ALL);
	EXPECT_EQ(0, changes);

	for (i = 0; i < 10 * SECOND / TICK; i++)
		tick(i % 10 < 5 ? 1 : ALL);
	EXPECT_LE(changes, 10);
}

/* A neighbour comes and goes each quarter of a second. */
TEST(at_most_one_change_a_second)
{
	unsigned int i;

	tick(ALL);
	changes = 0;
	for (i = 0; i < 20; i++) {
		wait_ms(250, 2);
		wait_ms(250, 4);
	}
	EXPECT_LE(changes, 10);
}

TEST(cpus_that_come_are_used)
{
	tick(4);
	EXPECT_EQ(5, tick(5));
	EXPECT_EQ(8, tick(8));
}

/*
 * By steal time
 */
static struct pvsched_by_steal by_steal;
static u64 stolen;

/* @ms pass, in which @percent of the time of all vCPUs were stolen. */
static unsigned int passed(unsigned int ms, double percent, unsigned int cpus)
{
	clock += ms * MS;
	stolen += ms * MS * ALL * percent / 100;

	return pvsched_follow_steal(&by_steal, stolen, clock, ALL, cpus);
}

TEST(steal_decides_each_second)
{
	EXPECT_EQ(8, passed(1000, 90, 8));
	EXPECT_EQ(8, passed(999, 90, 8));
	EXPECT_EQ(7, passed(1, 0, 8));
	EXPECT_EQ(7, passed(999, 90, 7));
}

TEST(steal_high_and_low)
{
	passed(1000, 0, 8);
	EXPECT_EQ(8, passed(1000, 5, 8));
	EXPECT_EQ(7, passed(1000, 5.1, 8));
	EXPECT_EQ(8, passed(1000, 2.1, 8));
	EXPECT_EQ(9, passed(1000, 1.9, 8));
}

TEST(steal_has_bounds)
{
	passed(1000, 0, 8);
	EXPECT_EQ(1, passed(1000, 100, 1));
	EXPECT_EQ(ALL, passed(1000, 0, ALL));
	EXPECT_EQ(ALL, passed(1, 0, ALL + 3));
}

/*
 * The order of CPUs
 */
#define MAX_CPUS	512

static struct pvsched_place place[MAX_CPUS];
static u16 order[MAX_CPUS];

/* CPUs in nodes of @node, and caches of @llc in them, all of which are full but the last */
static void arrange(unsigned int nr, unsigned int node, unsigned int llc)
{
	unsigned int cpu;

	memset(place, 0, sizeof(place));
	for (cpu = 0; cpu < nr; cpu++) {
		place[cpu].node = cpu - cpu % node;
		place[cpu].llc = place[cpu].node + cpu % node / llc * llc;
	}
	pvsched_order_cpus(place, nr, order);
}

TEST(one_cache)
{
	unsigned int i;

	arrange(16, 16, 16);
	for (i = 0; i < 16; i++)
		EXPECT_EQ(i, order[i]);
}

TEST(nodes_in_turn_and_caches_in_them)
{
	u16 expected[] = { 0, 4, 2, 6, 1, 5, 3, 7 };
	unsigned int i;

	arrange(8, 4, 2);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(expected[i], order[i]);
}

/* However many are in use: nodes differ by one, and so do the caches of a node. */
static void check_balance(struct __test_metadata *_metadata, unsigned int nr,
			  unsigned int node, unsigned int llc)
{
	unsigned int in_node[MAX_CPUS] = { }, in_llc[MAX_CPUS] = { };
	unsigned int i, j, most, least;

	arrange(nr, node, llc);
	EXPECT_EQ(0, order[0]);
	for (i = 0; i < nr; i++) {
		in_node[order[i] / node]++;
		in_llc[order[i] / llc]++;
		for (most = 0, least = nr, j = 0; j < nr / node; j++) {
			most = max(most, in_node[j]);
			least = min(least, in_node[j]);
		}
		ASSERT_LE(most, least + 1);
		for (most = 0, least = nr, j = 0; j < node / llc; j++) {
			most = max(most, in_llc[order[i] / node * (node / llc) + j]);
			least = min(least, in_llc[order[i] / node * (node / llc) + j]);
		}
		ASSERT_LE(most, least + 1);
	}
}

TEST(always_balanced)
{
	check_balance(_metadata, 8, 4, 2);
	check_balance(_metadata, 64, 16, 8);
	check_balance(_metadata, 512, 128, 16);
	check_balance(_metadata, 24, 12, 3);
}

/* A node that is smaller gets no more than it has. */
TEST(all_have_a_place_once)
{
	bool seen[MAX_CPUS] = { };
	unsigned int i;

	arrange(21, 8, 4);
	for (i = 0; i < 21; i++) {
		ASSERT_LT(order[i], 21);
		EXPECT_FALSE(seen[order[i]]);
		seen[order[i]] = true;
	}
}

/* 16 CPUs, of which some are in use, and tasks kept to the last 8 or the first 8 */
TEST(tasks_with_some_cpus_keep_their_part)
{
	EXPECT_TRUE(pvsched_is_fair_part(4, 16, 4, 16));
	EXPECT_TRUE(pvsched_is_fair_part(4, 8, 4, 16));
	EXPECT_TRUE(pvsched_is_fair_part(2, 8, 4, 16));
	EXPECT_FALSE(pvsched_is_fair_part(1, 8, 4, 16));
	EXPECT_FALSE(pvsched_is_fair_part(1, 8, 9, 16));
	EXPECT_FALSE(pvsched_is_fair_part(0, 8, 8, 16));
	EXPECT_FALSE(pvsched_is_fair_part(0, 8, 0, 0));
}

/* Nothing is left without a CPU, and a set of tasks has no less than its part. */
TEST(parts_are_no_smaller_than_the_whole)
{
	unsigned int all = 64, all_used, own, used;

	for (all_used = 1; all_used <= all; all_used++) {
		ASSERT_TRUE(pvsched_is_fair_part(all_used, all, all_used, all));
		for (own = 1; own <= all; own++) {
			used = own * all_used / all;
			ASSERT_FALSE(used * all < own * all_used &&
				     pvsched_is_fair_part(used, own, all_used, all));
			ASSERT_TRUE(pvsched_is_fair_part(min(used + 1, own), own, all_used, all));
		}
	}
}

TEST_HARNESS_MAIN
