// SPDX-License-Identifier: GPL-2.0
/*
 * The command line.
 */
#include "harness.h"
#include "machine.h"

static struct run r;

FIXTURE(usage) { };
FIXTURE_SETUP(usage)
{
	machine__make();
	machine__add_host();
}
FIXTURE_TEARDOWN(usage)
{
	machine__remove();
}

TEST_F(usage, what_makes_no_sense_is_refused_and_changes_nothing)
{
	static const char *const wrong[] = {
		"", "stat", "status all", "status --jsn", "status -n 1", "status -d 1", "top vm1",
		"top -n 0", "top -n -1", "top -n x", "top -n", "top -d 0", "top -d nan", "top -d 1e9",
		"top -d 1s", "on --json", "off -n 3", "off -d 1 boost", "off --boost", "off boost nothing",
		"on ipi_", "off pvsched_boost",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		run__command(&r, wrong[i]);
		EXPECT_EQ(2, r.status)
			TH_LOG("pvsched %s", wrong[i]);
		EXPECT_STREQ("", r.out);
		EXPECT_EQ(0, strncmp(r.err, "pvsched: ", 9));
		EXPECT_EQ(r.err + strlen(r.err) - 1, strchr(r.err, '\n'));
	}
	EXPECT_TRUE(machine__holds("Y", "/sys/module/kvm/parameters/pvsched_boost"));
}

TEST_F(usage, an_unknown_part_is_answered_with_those_that_there_are)
{
	run__command(&r, "on bost");
	EXPECT_EQ(2, r.status);
	EXPECT_NE(NULL, strstr(r.err, "bost"));
	EXPECT_NE(NULL, strstr(r.err, "yield off_cpu capacity boost slice fast_ipi fast_timer fast_yield ipi (guest) lock (guest) fold (guest)"));
}

TEST_F(usage, help_and_version)
{
	run__command(&r, "--help");
	EXPECT_EQ(0, r.status);
	EXPECT_NE(NULL, strstr(r.out, "usage: pvsched status"));
	EXPECT_STREQ("", r.err);
	run__command(&r, "top --version");
	EXPECT_EQ(0, r.status);
	EXPECT_TRUE(run__has_line(&r, "pvsched "));
}

TEST_F(usage, options_may_stand_anywhere)
{
	run__command(&r, "--json status");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("true", run__query(&r, ".[0].all_on"));
	run__command(&r, "-n 1 top -d 0.1");
	EXPECT_EQ(0, r.status);
}

TEST_F(usage, output_that_cannot_be_written_is_an_error)
{
	static const char *const words[] = { "status", "status --json", "top -n 2", "--help" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		run__command(&r, words[i]);
		EXPECT_EQ(0, r.status);
		run__full(&r, words[i]);
		EXPECT_EQ(1, r.status);
		EXPECT_NE(NULL, strstr(r.err, "No space left"));
	}
}

TEST_HARNESS_MAIN
