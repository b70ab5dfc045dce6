// SPDX-License-Identifier: GPL-2.0
/*
 * host/sched/vms.c in user space: that a VM which
 * preempts no other is not preempted more often than the budget allows, whatever the
 * others ask for.
 *
 * Each test is a process of its own, so it starts with an empty CPU.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <linux/pvsched_sched.h>
#include "vms.h"
#include "random.h"

#define MS	1000000ull
#define EACH_MS	80
#define BURST	8
#define NR_VMS	4

static struct pvsched_vms cpu;
static u64 now = 1000 * MS;

/* VMs and vCPUs are addresses that must not be followed. */
static const void *id(unsigned int vm)
{
	return (const void *)(vm + 1ul);
}

static bool preempt(unsigned int by, unsigned int victim)
{
	return pvsched_vm_may_preempt(&cpu, id(by), id(victim), now);
}

static unsigned int preempt_often(unsigned int by, unsigned int victim, unsigned int times)
{
	unsigned int n = 0;

	while (times--)
		n += preempt(by, victim);
	return n;
}

TEST(so_many_in_a_row_and_one_each_time_on_average)
{
	EXPECT_EQ(BURST, preempt_often(0, 1, 100));
	now += EACH_MS * MS - 1;
	EXPECT_FALSE(preempt(0, 1));
	now += 1;
	EXPECT_EQ(1, preempt_often(0, 1, 100));
	now += 3 * EACH_MS * MS;
	EXPECT_EQ(3, preempt_often(0, 1, 100));
	now += 1000 * EACH_MS * MS;
	EXPECT_EQ(BURST, preempt_often(0, 1, 100));
}

/* Not one for each VM, or more VMs could preempt more often. */
TEST(the_budget_is_one_for_all)
{
	EXPECT_EQ(BURST, preempt_often(0, 1, 100));
	EXPECT_FALSE(preempt(2, 1));
	EXPECT_FALSE(preempt(0, 3));
}

TEST(without_a_limit)
{
	pvsched_preempt_us = 0;
	EXPECT_EQ(100, preempt_often(0, 1, 100));
}

TEST(what_was_spent_at_a_higher_price_is_cut)
{
	pvsched_preempt_us = ~0u;
	EXPECT_EQ(BURST, preempt_often(0, 1, 100));
	pvsched_preempt_us = EACH_MS * 1000;
	EXPECT_FALSE(preempt(0, 1));
	now += EACH_MS * MS;
	EXPECT_EQ(1, preempt_often(0, 1, 100));
}

TEST(a_vm_that_was_preempted_may_preempt)
{
	EXPECT_EQ(BURST, preempt_often(0, 1, 100));
	EXPECT_EQ(0, preempt_often(2, 1, 100));
	EXPECT_EQ(BURST, preempt_often(1, 0, 100));
	EXPECT_EQ(BURST, preempt_often(0, 1, 100));
	/* It passes on, and is gone. */
	EXPECT_EQ(BURST, preempt_often(1, 2, 100));
	EXPECT_EQ(0, preempt_often(0, 1, 100));
	EXPECT_EQ(0, preempt_often(1, 0, 100));
}

/* What is owed costs nothing of the budget. */
TEST(what_is_owed_is_not_taken_from_the_budget)
{
	unsigned int i;

	EXPECT_TRUE(preempt(0, 1));
	for (i = 0; i < 100; i++) {
		EXPECT_TRUE(preempt(1, 0));
		EXPECT_TRUE(preempt(0, 1));
	}
	EXPECT_EQ(BURST - 1, preempt_often(2, 3, 100));
}

TEST(what_is_owed_is_bounded)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		now += EACH_MS * MS;
		EXPECT_TRUE(preempt(0, 1));
	}
	preempt_often(2, 3, 100);
	EXPECT_EQ(BURST, preempt_often(1, 0, 100));
}

/* All but the last one ask at random, also for each other; the last one never. */
TEST(no_vm_is_preempted_beyond_the_budget)
{
	const unsigned int polite = NR_VMS - 1;
	unsigned int preempted = 0, others = 0, by, victim, i;
	u64 start = now;

	for (i = 0; i < 200000; i++) {
		by = random_u64() % polite;
		victim = random_u64() % NR_VMS;
		if (by != victim && preempt(by, victim))
			*(victim == polite ? &preempted : &others) += 1;
		now += random_u64() % (2 * MS);
	}
	EXPECT_LE(preempted, BURST + (now - start) / (EACH_MS * MS));
	/* Or they could not have tried. */
	EXPECT_GT(preempted, 100);
	EXPECT_GT(others, 100);
}

/* As many as there are entries; the one not used for the longest time goes. */
TEST(more_vms_than_a_cpu_knows)
{
	unsigned int i;

	/* Each is owed one, by the first. */
	pvsched_preempt_us = 0;
	for (i = 1; i < PVSCHED_VMS; i++, now++)
		EXPECT_TRUE(preempt(0, i));
	pvsched_preempt_us = EACH_MS * 1000;
	EXPECT_TRUE(preempt(2, 0));
	now++;
	/* One more than there are: the oldest, VM 1, is forgotten. */
	EXPECT_EQ(BURST, preempt_often(PVSCHED_VMS, 0, 100));
	now++;
	EXPECT_FALSE(preempt(1, 0));
	EXPECT_TRUE(preempt(PVSCHED_VMS - 1, 0));
}

TEST_HARNESS_MAIN
