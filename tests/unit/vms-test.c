// SPDX-License-Identifier: GPL-2.0
/*
 * host/vms.c in user space: which VMs take turns on a CPU, and that a VM which
 * disturbs nobody is not disturbed more often than the budget allows, whatever
 * the others ask for.
 *
 * Each test is a process of its own, so it starts with an empty CPU.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <linux/pvsched_sched.h>
#include <linux/pvsched_vms.h>
#include "random.h"

#define MS	1000000ull
#define EACH_MS	80
#define BURST	8
#define NR_VMS	4

static struct pvsched_vms cpu;
static u64 now = 1000 * MS;

/* VMs and vCPUs are addresses that nobody may follow. */
static const void *id(unsigned int vm)
{
	return (const void *)(vm + 1ul);
}

static bool disturb(unsigned int by, unsigned int whom)
{
	return pvsched_vm_may_disturb(&cpu, id(by), id(whom), now);
}

static unsigned int disturb_often(unsigned int by, unsigned int whom, unsigned int times)
{
	unsigned int n = 0;

	while (times--)
		n += disturb(by, whom);
	return n;
}

static bool shares(unsigned int vm, unsigned int vcpu)
{
	return pvsched_vm_shares(&cpu, id(vm), id(100 * vm + vcpu), now);
}

TEST(so_many_in_a_row_and_one_each_time_on_average)
{
	EXPECT_EQ(BURST, disturb_often(0, 1, 100));
	now += EACH_MS * MS - 1;
	EXPECT_FALSE(disturb(0, 1));
	now += 1;
	EXPECT_EQ(1, disturb_often(0, 1, 100));
	now += 3 * EACH_MS * MS;
	EXPECT_EQ(3, disturb_often(0, 1, 100));
	now += 1000 * EACH_MS * MS;
	EXPECT_EQ(BURST, disturb_often(0, 1, 100));
}

/* Not one for each VM, or more VMs could disturb more often. */
TEST(the_budget_is_one_for_all)
{
	EXPECT_EQ(BURST, disturb_often(0, 1, 100));
	EXPECT_FALSE(disturb(2, 1));
	EXPECT_FALSE(disturb(0, 3));
}

TEST(never_and_always)
{
	pvsched_disturb_burst = 0;
	EXPECT_EQ(0, disturb_often(0, 1, 100));
	pvsched_disturb_us = 0;
	EXPECT_EQ(100, disturb_often(0, 1, 100));
	/* Their product is a multiple of 2^64. */
	pvsched_disturb_burst = 1u << 31;
	pvsched_disturb_us = 1u << 30;
	EXPECT_EQ(100, disturb_often(0, 1, 100));
}

TEST(a_lower_limit_holds_at_once)
{
	EXPECT_EQ(5, disturb_often(0, 1, 5));
	pvsched_disturb_burst = 1;
	EXPECT_EQ(1, disturb_often(1, 0, 100));
	pvsched_disturb_burst = 0;
	EXPECT_EQ(0, disturb_often(0, 1, 100));
	EXPECT_EQ(0, disturb_often(1, 0, 100));
}

TEST(what_was_spent_at_a_higher_price_is_cut)
{
	pvsched_disturb_us = ~0u;
	EXPECT_EQ(BURST, disturb_often(0, 1, 100));
	pvsched_disturb_us = EACH_MS * 1000;
	EXPECT_FALSE(disturb(0, 1));
	now += EACH_MS * MS;
	EXPECT_EQ(1, disturb_often(0, 1, 100));
}

TEST(who_was_disturbed_may_disturb)
{
	EXPECT_EQ(BURST, disturb_often(0, 1, 100));
	EXPECT_EQ(0, disturb_often(2, 1, 100));
	EXPECT_EQ(BURST, disturb_often(1, 0, 100));
	EXPECT_EQ(BURST, disturb_often(0, 1, 100));
	/* It passes on, and is gone. */
	EXPECT_EQ(BURST, disturb_often(1, 2, 100));
	EXPECT_EQ(0, disturb_often(0, 1, 100));
	EXPECT_EQ(0, disturb_often(1, 0, 100));
}

/* What is owed costs nothing of the budget. */
TEST(the_budget_is_kept_for_who_is_owed_nothing)
{
	unsigned int i;

	EXPECT_TRUE(disturb(0, 1));
	for (i = 0; i < 100; i++) {
		EXPECT_TRUE(disturb(1, 0));
		EXPECT_TRUE(disturb(0, 1));
	}
	EXPECT_EQ(BURST - 1, disturb_often(2, 3, 100));
}

TEST(what_is_owed_is_bounded)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		now += EACH_MS * MS;
		EXPECT_TRUE(disturb(0, 1));
	}
	disturb_often(2, 3, 100);
	EXPECT_EQ(BURST, disturb_often(1, 0, 100));
}

/* All but the last one ask at random, also for each other; the last one never. */
TEST(no_one_is_disturbed_beyond_the_budget)
{
	const unsigned int polite = NR_VMS - 1;
	unsigned int disturbed = 0, others = 0, by, whom, i;
	u64 start = now;

	for (i = 0; i < 200000; i++) {
		by = random_u64() % polite;
		whom = random_u64() % NR_VMS;
		if (by != whom && disturb(by, whom))
			*(whom == polite ? &disturbed : &others) += 1;
		now += random_u64() % (2 * MS);
	}
	EXPECT_LE(disturbed, BURST + (now - start) / (EACH_MS * MS));
	/* Or they could not have tried. */
	EXPECT_GT(disturbed, 100);
	EXPECT_GT(others, 100);
}

TEST(vcpus_of_one_vm_take_turns)
{
	EXPECT_FALSE(shares(0, 0));
	now += 4 * MS;
	EXPECT_FALSE(shares(0, 0));
	EXPECT_FALSE(shares(1, 0));
	now += 4 * MS;
	EXPECT_TRUE(shares(0, 1));
	EXPECT_FALSE(shares(1, 0));
}

TEST(a_vcpu_that_went_away_is_forgotten)
{
	shares(0, 0);
	now += 4 * MS;
	EXPECT_TRUE(shares(0, 1));
	now += 99 * MS;
	EXPECT_TRUE(shares(0, 1));
	now += MS;
	EXPECT_FALSE(shares(0, 1));
	now += 100 * MS;
	EXPECT_FALSE(shares(0, 0));
}

/* As many as there are entries, and the one that was not there for longest goes. */
TEST(more_vms_than_a_cpu_knows)
{
	unsigned int i;

	for (i = 0; i < PVSCHED_VMS; i++, now++)
		shares(i, 0);
	EXPECT_TRUE(shares(0, 1));
	now++;
	EXPECT_FALSE(shares(PVSCHED_VMS, 0));
	now++;
	EXPECT_TRUE(shares(0, 0));
	EXPECT_TRUE(shares(2, 1));
	now++;
	EXPECT_FALSE(shares(1, 1));
}

TEST_HARNESS_MAIN
