// SPDX-License-Identifier: GPL-2.0
/*
 * host/sched/share.h: shares by weight, and one number from many looks.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "share.h"
#include "random.h"

#define MS	1000000ull
#define CPU	1024u
#define CPUS	16
#define LOOK	(4 * MS)

static u64 up_to(u64 n)
{
	return random_u64() % n;
}

/* One pass over strangers, as a look makes it. */
static u64 pass(u64 share, unsigned long weight, const u64 *strangers, u32 avail)
{
	struct pvsched_level level = { .weight = weight, .share = share };
	unsigned int i;

	for (i = 0; i < CPUS; i++)
		pvsched_level_add(&level, strangers[i], 1);

	return pvsched_level_share(&level, avail);
}

static u32 solve(u64 share, unsigned long weight, const u64 *strangers, u32 avail,
		 unsigned int *passes)
{
	u64 next;

	for (*passes = 1; *passes < 100; ++*passes) {
		next = pass(share, weight, strangers, avail);
		if (next == share)
			break;
		share = next;
	}

	return share >> PVSCHED_FINE_SHIFT;
}

/* The solution without Newton: by bisection, in floating point. */
static double truth(unsigned long weight, const u64 *strangers, u32 avail)
{
	double low = 0, high = avail, mid, sum;
	unsigned int i, n;

	for (n = 0; n < 100; n++) {
		mid = (low + high) / 2;
		sum = mid;
		for (i = 0; i < CPUS; i++) {
			double want = mid * strangers[i] / weight;

			sum += want > CPU ? CPU : want;
		}
		if (sum > avail)
			high = mid;
		else
			low = mid;
	}

	return low;
}

TEST(a_group_alone_has_all)
{
	u64 strangers[CPUS] = { };
	unsigned int passes;

	EXPECT_EQ(4 * CPU, solve(0, 1024, strangers, 4 * CPU, &passes));
	EXPECT_LE(passes, 2);
	EXPECT_EQ(4ull * CPU << PVSCHED_FINE_SHIFT, pass(0, 1024, strangers, 4 * CPU));
	EXPECT_EQ(0, pass(0, 0, strangers, 4 * CPU));
}

/* However many CPUs the strangers are on, as long as those are as many as they can use. */
TEST(equal_weights_have_equal_shares)
{
	u64 spread[CPUS] = { 256, 256, 256, 256 }, close[CPUS] = { 512, 512 };
	unsigned int passes;

	EXPECT_EQ(2 * CPU, solve(0, 1024, spread, 4 * CPU, &passes));
	EXPECT_EQ(2 * CPU, solve(0, 1024, close, 4 * CPU, &passes));
	EXPECT_EQ(2 * CPU, solve(4 * CPU, 1024, close, 4 * CPU, &passes));
}

TEST(a_stranger_uses_no_more_than_its_cpu)
{
	u64 one[CPUS] = { 1024 }, stack[CPUS] = { 4096 }, heavy[CPUS] = { 102400 };
	unsigned int passes;

	EXPECT_EQ(3 * CPU, solve(0, 1024, one, 4 * CPU, &passes));
	EXPECT_EQ(CPU / 2, solve(0, 1024, one, CPU, &passes));
	EXPECT_EQ(3 * CPU, solve(0, 1024, stack, 4 * CPU, &passes));
	EXPECT_EQ(3 * CPU, solve(0, 10, heavy, 4 * CPU, &passes));
}

TEST(strangers_use_as_many_cpus_as_they_can)
{
	struct pvsched_level level = { .weight = 1024, .share = 3 * CPU << PVSCHED_FINE_SHIFT };

	pvsched_level_add(&level, 1024, 2);
	EXPECT_EQ(2 * CPU, level.capped);
	pvsched_level_add(&level, 1024, 3);
	EXPECT_EQ(2 * CPU, level.capped);
	EXPECT_EQ(1024, level.free);
}

TEST(sleepers_have_what_they_use)
{
	struct pvsched_level level = { .weight = 1024 };

	pvsched_level_add_sleepers(&level, 100);
	pvsched_level_add_sleepers(&level, 2000);
	EXPECT_EQ(100 + CPU, level.capped);
	EXPECT_EQ(0, level.free);
}

TEST(any_start_leads_to_the_solution)
{
	unsigned int i, j, passes, most = 0;
	u64 strangers[CPUS];

	for (i = 0; i < 20000; i++) {
		unsigned long weight = 2 + up_to(102400);
		u32 avail = 1 + up_to(CPUS * CPU), share;
		double want;

		for (j = 0; j < CPUS; j++)
			strangers[j] = up_to(3) ? up_to(1ull << up_to(18)) : 0;
		want = truth(weight, strangers, avail);
		share = solve(up_to(2ull * CPUS * CPU << PVSCHED_FINE_SHIFT), weight, strangers, avail, &passes);
		if (passes > most)
			most = passes;
		ASSERT_LE(share, want + 0.001);
		ASSERT_GE(share + 1 + CPUS * want / 1000, want);
	}
	TH_LOG("%u passes at most", most);
	EXPECT_LE(most, CPUS + 2);
}

/*
 * Looks
 */
static struct pvsched_capacity c;
static struct pvsched_look look;

/*
 * A VM of 8 vCPUs that uses as many as it is told, and gets them. It would have no more
 * without strangers, so that its share is the number at once.
 */
static void start(void)
{
	c = (struct pvsched_capacity) { };
	look = (struct pvsched_look) {
		.now = 1000 * MS, .share = 4 * CPU, .vcpus = 8, .runnable = 4,
		.is_known = true,
	};
}

static u32 next(void)
{
	look.now += LOOK;
	look.ran += LOOK * look.runnable;

	return pvsched_capacity_next(&c, &look);
}

static u32 go_on(unsigned int looks)
{
	u32 number = 0;

	while (looks--)
		number = next();

	return number;
}

/* Milliseconds until the number is @number. */
static u64 until(u32 number)
{
	u64 begin = look.now;

	while (next() != number && look.now - begin < 10000 * MS)
		;

	return (look.now - begin) / MS;
}

TEST(the_first_look_counts)
{
	start();
	EXPECT_EQ(4 * CPU, next());
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
	EXPECT_EQ(4 * CPU, go_on(1000));
}

TEST(a_number_is_never_none)
{
	start();
	look.share = 0;
	EXPECT_EQ(64, go_on(1));
	look.share = 1;
	EXPECT_EQ(64, go_on(100));
}

TEST(a_number_is_no_more_than_all)
{
	start();
	look.share = 100 * CPU;
	EXPECT_EQ(8 * CPU, go_on(10));
	look.vcpus = 2;
	EXPECT_EQ(2 * CPU, next());
	look.vcpus = 9;
	EXPECT_EQ(9 * CPU, go_on(3));
}

TEST(a_step_is_followed)
{
	start();
	go_on(100);
	look.share = 2 * CPU;
	EXPECT_LE(until(2 * CPU), 12);
	EXPECT_EQ(2 * CPU, go_on(1000));
	look.share = 4 * CPU;
	EXPECT_LE(until(4 * CPU), 8);
	EXPECT_EQ(4 * CPU, go_on(1000));
}

/* One look among many means nothing, even if it comes back now and then. */
TEST(a_single_look_is_not_followed)
{
	unsigned int i, j;

	start();
	go_on(100);
	for (i = 0; i < 100; i++) {
		look.share = i % 2 ? CPU : 7 * CPU;
		ASSERT_LE(abs((int)next() - 4 * (int)CPU), 256);
		look.share = 4 * CPU;
		for (j = 0; j < 40; j++)
			ASSERT_LE(abs((int)next() - 4 * (int)CPU), 256);
	}
	EXPECT_EQ(4 * CPU, go_on(200));
}

TEST(a_single_look_after_a_step_is_not_followed)
{
	start();
	go_on(100);
	look.share = 2 * CPU;
	until(2 * CPU);
	look.share = 6 * CPU;
	EXPECT_LE(next(), 2 * CPU + 256);
}

/* Nor are two, on either side. */
TEST(two_looks_on_either_side_are_no_step)
{
	unsigned int i;

	start();
	go_on(100);
	for (i = 0; i < 100; i++) {
		look.share = 2 * CPU;
		next();
		look.share = 6 * CPU;
		ASSERT_LE(abs((int)next() - 4 * (int)CPU), 512);
		look.share = 4 * CPU;
		go_on(40);
	}
}

/* A stranger that sleeps at random: the number is the mean, and rests. */
TEST(what_comes_and_goes_is_averaged)
{
	unsigned int i, changes = 0;
	u32 number, before;

	start();
	for (i = 0; i < 300; i++) {
		look.share = (random_u64() >> 32) % 2 ? 4 * CPU : 2 * CPU;
		before = next();
	}
	for (i = 0; i < 10000; i++) {
		look.share = (random_u64() >> 32) % 2 ? 4 * CPU : 2 * CPU;
		number = next();
		changes += number != before;
		before = number;
		ASSERT_GE(number, 2 * CPU + 512);
		ASSERT_LE(number, 4 * CPU - 512);
	}
	TH_LOG("%u changes in 40 s", changes);
	EXPECT_LE(changes, 40 * 15);
}

/* And one that stays is a step, also after that. */
TEST(a_step_after_noise_is_followed)
{
	unsigned int i;

	start();
	for (i = 0; i < 1000; i++) {
		look.share = i % 2 ? 4 * CPU : 3 * CPU;
		next();
	}
	look.share = CPU;
	EXPECT_LE(until(CPU), 300);
	look.share = 4 * CPU;
	EXPECT_LE(until(4 * CPU), 8);
}

/*
 * While load arrives its weights add up to too much. What was seen then is forgotten
 * within some looks, also by a mean of which the looks differed before.
 */
TEST(a_step_too_far_is_soon_forgotten)
{
	unsigned int i;

	start();
	for (i = 0; i < 1000; i++) {
		look.share = i % 4 ? 4 * CPU : 3 * CPU + 512;
		next();
	}
	look.share = CPU + 512;
	until(CPU + 512);
	look.share = 2 * CPU;
	EXPECT_GE(go_on(6), 2 * CPU - 128);
	EXPECT_GE(go_on(20), 2 * CPU - 64);
}

TEST(small_differences_are_not_published)
{
	unsigned int i, changes = 0;
	u32 number, before;

	start();
	before = go_on(1);
	for (i = 0; i < 1000; i++) {
		look.share = 4 * CPU - 40 + i % 80;
		number = next();
		changes += number != before;
		before = number;
	}
	EXPECT_EQ(0, changes);
	look.share = 2 * CPU + 4;
	go_on(200);
	EXPECT_EQ(2 * CPU, next());
	EXPECT_EQ(0, c.number % 64);
}

/* Its CPUs are 6, and strangers leave it 2 of them from now on. */
static void start_beside(void)
{
	start();
	look.alone = 6 * CPU;
	look.share = 6 * CPU;
	look.runnable = 6;
	go_on(1000);
	look.share = 2 * CPU;
	look.met = true;
}

TEST(when_load_comes_the_number_stays)
{
	unsigned int i;

	start_beside();
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
	for (i = 0; i < 245; i++)
		ASSERT_EQ(6 * CPU, next());
	EXPECT_EQ(2 * CPU, c.by_weight);
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
}

TEST(after_a_second_of_that_load_it_is_the_share)
{
	u64 ms;

	start_beside();
	ms = until(2 * CPU);
	EXPECT_GE(ms, 1000);
	EXPECT_LE(ms, 1020);
	EXPECT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
	look.runnable = 2;
	EXPECT_EQ(2 * CPU, go_on(1000));
	/* And when it goes, that counts at once. */
	look.share = 6 * CPU;
	EXPECT_LE(until(6 * CPU), 8);
	EXPECT_EQ(6 * CPU, go_on(1000));
}

TEST(so_it_is_for_a_vm_that_starts_beside_load)
{
	u64 ms;

	start();
	look.alone = 6 * CPU;
	EXPECT_EQ(6 * CPU, next());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
	ms = until(4 * CPU);
	EXPECT_GE(ms, 1000);
	EXPECT_LE(ms, 1020);
}

/* Load that makes no step, for it grows slowly, has come all the same. */
TEST(load_that_grows_has_come_too)
{
	unsigned int i;

	start_beside();
	for (i = 0; i < 300; i += 2) {
		look.share = 6 * CPU - i;
		ASSERT_EQ(6 * CPU, next());
	}
	for (i = 0; i < 100; i++)
		ASSERT_EQ(6 * CPU, next());
	EXPECT_EQ(PVSCHED_CAPACITY_CPUS, c.reason);
	EXPECT_EQ(c.by_weight, go_on(400));
	EXPECT_LT(c.number, 6 * CPU - 128);
}

/* A stranger that takes next to nothing is none. */
TEST(slight_load_makes_no_difference)
{
	unsigned int i;

	start_beside();
	look.share = 6 * CPU - 100;
	for (i = 0; i < 1000; i++) {
		ASSERT_EQ(6 * CPU, next());
		ASSERT_EQ(PVSCHED_CAPACITY_SHARE, c.reason);
	}
}

/* The load balancer has to begin anew: before the second is over, and after. */
TEST(a_sleep_begins_anew)
{
	unsigned int i;

	start_beside();
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(6 * CPU, go_on(200));
		look.now += 100 * MS;
	}
	EXPECT_EQ(2 * CPU, go_on(300));
	/* One that is short is none. */
	look.now += 90 * MS;
	EXPECT_EQ(2 * CPU, next());
	look.now += 100 * MS;
	EXPECT_EQ(6 * CPU, go_on(240));
	EXPECT_EQ(2 * CPU, go_on(20));
	/* The clocks of two CPUs differ. */
	look.now -= 5 * MS;
	EXPECT_EQ(2 * CPU, next());
}

TEST(other_strangers_begin_anew)
{
	unsigned int i;

	start_beside();
	for (i = 0; i < 10; i++) {
		look.share = (i % 2 ? 3 : 2) * CPU;
		ASSERT_EQ(6 * CPU, go_on(200));
	}
	look.share = 3 * CPU;
	EXPECT_EQ(3 * CPU, go_on(300));
	look.share = 2 * CPU;
	go_on(3);
	EXPECT_EQ(6 * CPU, go_on(240));
	EXPECT_EQ(2 * CPU, go_on(20));
}

/* More is no promise that the load balancer has to keep. */
TEST(a_share_that_rises_counts_at_once)
{
	u64 ms;

	start_beside();
	go_on(300);
	look.share = 4 * CPU;
	for (ms = 0; next() != 4 * CPU; ms += 4) {
		ASSERT_EQ(2 * CPU, c.number / CPU * CPU);
		ASSERT_LE(ms, 8);
	}
	EXPECT_EQ(4 * CPU, go_on(1000));
}

TEST(a_vm_that_wants_little_keeps_its_cpus)
{
	unsigned int i;

	start_beside();
	look.runnable = 1;
	for (i = 0; i < 10000; i++)
		ASSERT_EQ(6 * CPU, next());
	/* Also if it wants more now and then. */
	for (i = 0; i < 10000; i++) {
		look.runnable = i % 8 < 3 ? 6 : 1;
		ASSERT_EQ(6 * CPU, next());
	}
	look.runnable = 2;
	EXPECT_EQ(2 * CPU, go_on(600));
	/* What it wants is less steady with fewer, and then less. */
	for (i = 0; i < 10000; i++) {
		look.runnable = i % 8 < 3 ? 2 : 1;
		ASSERT_EQ(2 * CPU, next());
	}
	look.runnable = 1;
	EXPECT_EQ(6 * CPU, go_on(500));
}

/* It has less when CPUs go, at once, but not at a single look. */
TEST(its_cpus_are_a_mean_too)
{
	unsigned int i;

	start();
	look.alone = 6 * CPU;
	go_on(100);
	for (i = 0; i < 100; i++) {
		look.alone = 5 * CPU;
		ASSERT_GE(next(), 6 * CPU - 128);
		look.alone = 6 * CPU;
		look.now += 100 * MS;
		go_on(40);
	}
	look.alone = 5 * CPU;
	EXPECT_LE(until(5 * CPU), 12);
	look.alone = 100 * CPU;
	EXPECT_EQ(8 * CPU, go_on(10));
}

/* Load that comes and goes at random, a VM that sleeps: the number is one of both. */
TEST(it_is_its_cpus_or_its_share)
{
	unsigned int i, changes = 0;
	u32 number, before;

	start_beside();
	look.met = false;
	before = next();
	for (i = 0; i < 100000; i++) {
		if (!up_to(300))
			look.share = (1 + up_to(6)) * CPU;
		if (!up_to(1000))
			look.now += up_to(200) * MS;
		look.runnable = (number = next()) / CPU;
		ASSERT_EQ(number, c.settle.is_done ? c.by_weight : max(c.by_weight, c.alone));
		ASSERT_GE(number, c.by_weight);
		changes += number != before;
		before = number;
	}
	TH_LOG("%u changes in 400 s", changes);
	EXPECT_LE(changes, 400 * 3);
}

TEST(vcpus_beside_a_stranger_are_votes)
{
	start();
	go_on(10);
	look.foreign = 1;
	EXPECT_LE(until(8 * CPU), 32);
	EXPECT_EQ(PVSCHED_CAPACITY_VOTES, c.reason);
	EXPECT_EQ(8 * CPU, go_on(1000));
	look.foreign = 0;
	EXPECT_LE(until(4 * CPU), 64);
	EXPECT_EQ(4 * CPU, go_on(1000));
}

/* A VMM's own thread, or a daemon */
TEST(a_stranger_that_mostly_sleeps_has_no_say)
{
	unsigned int i;

	start();
	for (i = 0; i < 10000; i++) {
		look.foreign = i % 3 == 0;
		ASSERT_EQ(4 * CPU, next());
	}
	for (i = 0; i < 1000; i++) {
		look.foreign = i % 3 != 0;
		next();
	}
	EXPECT_EQ(8 * CPU, c.number);
}

TEST(one_stranger_among_many_vcpus_has_no_say)
{
	start();
	look.vcpus = 512;
	look.share = 128 * CPU;
	look.foreign = 1;
	EXPECT_EQ(128 * CPU, go_on(100));
	look.foreign = 3;
	EXPECT_EQ(512 * CPU, go_on(100));
}

TEST(vcpus_that_are_not_alike_are_all)
{
	start();
	go_on(10);
	look.is_known = false;
	EXPECT_EQ(8 * CPU, next());
	EXPECT_EQ(PVSCHED_CAPACITY_UNLIKE, c.reason);
	look.is_known = true;
	EXPECT_EQ(4 * CPU, next());
}

/* Whole milliseconds for which strangers count as kept to their CPUs. */
static u64 kept_ms(void)
{
	return c.stacks_until > look.now ? (c.stacks_until - look.now) / MS : 0;
}

TEST(strangers_beside_an_idle_cpu_are_kept_there)
{
	unsigned int i;

	start();
	go_on(10);
	look.is_stacked = true;
	go_on(100);
	EXPECT_EQ(0, kept_ms());
	look.is_idle = true;
	go_on(7);
	EXPECT_EQ(0, kept_ms());
	look.is_idle = false;
	go_on(1);
	look.is_idle = true;
	go_on(7);
	EXPECT_EQ(0, kept_ms());
	go_on(1);
	EXPECT_EQ(1000, kept_ms());
	for (i = 0; i < 10; i++)
		go_on(1 + kept_ms() / 4 + 7);
	EXPECT_GT(kept_ms(), 16000);
	EXPECT_LE(kept_ms(), 32000);
	look.is_stacked = false;
	go_on(10000);
	EXPECT_EQ(0, kept_ms());
}

/*
 * A promise: with 4 vCPUs the VM gets 2 CPUs.
 */
static void break_promise(void)
{
	start();
	go_on(200);
	look.met = true;
}

static u32 go_short(unsigned int looks, unsigned int got)
{
	u32 number = 0;

	while (looks--) {
		look.ran -= LOOK * (look.runnable - got);
		number = next();
	}

	return number;
}

TEST(a_promise_that_is_broken_is_withdrawn)
{
	break_promise();
	EXPECT_EQ(4 * CPU, go_short(50, 3));
	EXPECT_EQ(8 * CPU, go_short(50, 3));
	EXPECT_EQ(PVSCHED_CAPACITY_BROKEN, c.reason);
}

/* Nothing was promised of what it would have without strangers. */
TEST(its_cpus_are_no_promise)
{
	unsigned int i;

	start_beside();
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(6 * CPU, go_short(200, 2));
		look.now += 100 * MS;
	}
	EXPECT_EQ(0, c.promise.hold);
}

/* For a second, then for two, up to 32. */
TEST(and_made_again_ever_more_rarely)
{
	u64 begin, hold, expect = 1000;
	unsigned int i;

	break_promise();
	for (i = 0; i < 8; i++) {
		while (go_short(1, 3) != 8 * CPU)
			;
		begin = look.now;
		while (next() != 4 * CPU)
			;
		hold = (look.now - begin) / MS;
		ASSERT_GE(hold, expect - 4);
		ASSERT_LE(hold, expect + 4);
		expect = min(2 * expect, 32000);
	}
	/* Once it is kept, all begins anew. */
	EXPECT_EQ(4 * CPU, go_on(200));
	while (go_short(1, 3) != 8 * CPU)
		;
	begin = look.now;
	while (next() != 4 * CPU)
		;
	EXPECT_LE((look.now - begin) / MS, 1004);
}

TEST(a_promise_that_is_kept_stands)
{
	break_promise();
	EXPECT_EQ(4 * CPU, go_on(1000));
}

/* Nor is it broken for once, or by siblings, or for a VM that did not use its number. */
TEST(a_promise_is_not_broken_by_mistake)
{
	unsigned int i;

	break_promise();
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(4 * CPU, go_short(32, 3));
		ASSERT_EQ(4 * CPU, go_on(64));
	}
	look.met = false;
	EXPECT_EQ(4 * CPU, go_short(1000, 2));
	look.met = true;
	look.runnable = 2;
	EXPECT_EQ(4 * CPU, go_short(1000, 1));
	look.runnable = 8;
	EXPECT_EQ(4 * CPU, go_short(1000, 2));
}

/* Whatever is seen: bounds hold, and nothing overflows. */
TEST(any_looks)
{
	unsigned int i;

	start();
	for (i = 0; i < 200000; i++) {
		look.share = up_to(1ull << up_to(24));
		look.alone = up_to(1ull << up_to(24));
		look.vcpus = 1 + up_to(1024);
		look.runnable = up_to(look.vcpus + 1);
		look.foreign = up_to(4) ? 0 : up_to(1ull << up_to(20));
		look.is_known = up_to(16);
		look.met = up_to(2);
		look.now += up_to(1ull << up_to(40));
		look.ran += up_to(1ull << up_to(40));
		ASSERT_GE(pvsched_capacity_next(&c, &look), 64);
		ASSERT_LE(c.number, look.vcpus * CPU);
		ASSERT_TRUE(c.number % 64 == 0);
	}
}

TEST_HARNESS_MAIN
