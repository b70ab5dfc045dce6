// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched on and off: what changes is printed, and nothing else changes.
 */
#include <errno.h>
#include <fcntl.h>

#include "harness.h"
#include "machine.h"

#define KVM	"/sys/module/kvm/parameters/pvsched_"
#define GUEST	"/sys/module/pvsched/parameters/"

static struct run r;

FIXTURE(switches) { };
FIXTURE_SETUP(switches)
{
	machine__make();
	machine__add_host();
	on_open = NULL;
	write_result = 0;
}
FIXTURE_TEARDOWN(switches)
{
	machine__remove();
}

TEST_F(switches, a_part_goes_off_and_on)
{
	run__command(&r, "off boost");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("host boost: on -> off\n", r.out);
	EXPECT_TRUE(machine__holds("N", KVM "boost"));
	EXPECT_TRUE(machine__holds("Y", KVM "slice"));
	run__command(&r, "off boost");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("nothing to change\n", r.out);
	run__command(&r, "on boost slice");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("host boost: off -> on\n", r.out);
	EXPECT_TRUE(machine__holds("Y", KVM "boost"));
}

TEST_F(switches, all_parts_in_the_order_of_what_others_need)
{
	machine__add_guest();
	run__command(&r, "off");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("guest fold: on -> off\nguest lock: on -> off\nguest ipi: on -> off\n"
		     "host fast_yield: on -> off\nhost fast_timer: on -> off\n"
		     "host fast_ipi: on -> off\nhost slice: on -> off\nhost boost: on -> off\n"
		     "host capacity: on -> off\nhost off_cpu: on -> off\nhost yield: on -> off\n", r.out);
	run__command(&r, "on");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("host yield: off -> on\nhost off_cpu: off -> on\nhost capacity: off -> on\n"
		     "host boost: off -> on\nhost slice: off -> on\nhost fast_ipi: off -> on\n"
		     "host fast_timer: off -> on\nhost fast_yield: off -> on\nguest ipi: off -> on\n"
		     "guest lock: off -> on\nguest fold: off -> on\n"
		     "a VM that was started without yield, off_cpu or capacity has it after its next start\n", r.out);
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
}

TEST_F(switches, all_parts_are_those_that_the_kernel_has)
{
	machine__delete(KVM "slice");
	run__command(&r, "off");
	EXPECT_EQ(0, r.status);
	EXPECT_EQ(7, run__lines(&r));
	EXPECT_STREQ("", r.err);
}

TEST_F(switches, only_yields_reports_and_numbers_are_offered_at_the_start)
{
	machine__write("N\n", KVM "yield");
	machine__write("N\n", KVM "boost");
	run__command(&r, "on boost");
	EXPECT_FALSE(run__has_line(&r, "a VM that"));
	run__command(&r, "on yield");
	EXPECT_TRUE(run__has_line(&r, "a VM that"));
	run__command(&r, "off yield");
	EXPECT_FALSE(run__has_line(&r, "a VM that"));
}

static void no_write(const char *path, int flags)
{
	if (flags & O_WRONLY)
		_exit(99);
}

TEST_F(switches, nothing_is_written_where_nothing_changes_or_a_name_is_wrong)
{
	on_open = no_write;
	run__command(&r, "on");
	EXPECT_EQ(0, r.status);
	run__command(&r, "off boost slice nothing");
	EXPECT_EQ(2, r.status);
	run__command(&r, "status --json");
	EXPECT_EQ(0, r.status);
	run__command(&r, "off boost");
	EXPECT_EQ(99, r.status);
}

TEST_F(switches, a_user_is_told_that_it_takes_root)
{
	if (geteuid())
		SKIP(return, "needs root, to become another user");
	run__as_user(&r, "off boost");
	EXPECT_EQ(1, r.status);
	EXPECT_STREQ("", r.out);
	EXPECT_STREQ("pvsched: boost: only root may switch parts on and off (" KVM "boost: Permission denied)\n", r.err);
	EXPECT_TRUE(machine__holds("Y", KVM "boost"));
	run__as_user(&r, "on boost");
	EXPECT_EQ(0, r.status);
}

TEST_F(switches, a_part_that_is_not_there_says_why)
{
	run__command(&r, "off ipi");
	EXPECT_EQ(1, r.status);
	EXPECT_NE(NULL, strstr(r.err, "ipi: a part of guests, and this machine is none"));
	machine__delete(KVM "slice");
	run__command(&r, "on slice");
	EXPECT_EQ(1, r.status);
	EXPECT_NE(NULL, strstr(r.err, "slice: this kernel's pvsched has no such part; boot a newer one"));
	machine__delete(KVM "yield");
	run__command(&r, "off yield boost");
	EXPECT_EQ(1, r.status);
	EXPECT_NE(NULL, strstr(r.err, "yield: this kernel has no pvsched"));
	EXPECT_STREQ("host boost: on -> off\n", r.out);
}

TEST_F(switches, a_kernel_without_any)
{
	machine__delete("/sys/module/kvm/parameters");
	machine__write("N\n", "/sys/module/kvm/parameters/ignore_msrs");
	run__command(&r, "off");
	EXPECT_EQ(1, r.status);
	EXPECT_NE(NULL, strstr(r.err, "this kernel has no pvsched"));
	machine__delete("/dev/kvm");
	run__command(&r, "off");
	EXPECT_EQ(4, r.status);
}

/* As the guest part does where the host offers nothing, or the lock was not installed */
TEST_F(switches, a_kernel_that_declines)
{
	machine__add_guest();
	machine__write("N\n", GUEST "ipi");
	write_result = -EOPNOTSUPP;
	run__command(&r, "on ipi");
	EXPECT_EQ(1, r.status);
	EXPECT_STREQ("", r.out);
	EXPECT_STREQ("pvsched: ipi: switched off; pvsched on ipi\n", r.err);
	machine__add_cpuid(0x40000000, 1u << 5, 0);
	run__command(&r, "on ipi");
	EXPECT_NE(NULL, strstr(r.err, "ipi: no yield on offer; look at pvsched status in the host"));
	write_result = -EIO;
	run__command(&r, "off boost");
	EXPECT_EQ(1, r.status);
	EXPECT_NE(NULL, strstr(r.err, "boost: " KVM "boost: Input/output error"));
}

/* What the kernel made of it counts. */
TEST_F(switches, a_write_without_effect_is_an_error)
{
	write_result = 1;
	run__command(&r, "off boost");
	EXPECT_EQ(1, r.status);
	EXPECT_STREQ("", r.out);
	EXPECT_NE(NULL, strstr(r.err, "boost: the kernel declined"));
}

TEST_HARNESS_MAIN
