// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched status: which parts are on, why the others are not, and what to do.
 */
#include <errno.h>

#include "harness.h"
#include "machine.h"

#define KVM	"/sys/module/kvm/parameters/pvsched_"
#define GUEST	"/sys/module/pvsched/parameters/"
#define STEAL	(1u << 5)
#define UNHALT	(1u << 7)
#define YIELD	(1u << 28)
#define OFF_CPU	(1u << 29)
#define CAPACITY (1u << 30)
#define ALL	(STEAL | UNHALT | YIELD | OFF_CPU | CAPACITY)

static const char *const host_parts[] = {
	"yield", "off_cpu", "capacity", "boost", "slice", "fast_ipi", "fast_timer", "fast_yield", NULL,
};

static struct run r;

FIXTURE(status) { };
FIXTURE_SETUP(status)
{
	machine__make();
}
FIXTURE_TEARDOWN(status)
{
	machine__remove();
}

/* State, reason and advice of a part, from JSON */
static const char *part__says(const char *part)
{
	char filter[256];

	snprintf(filter, sizeof(filter),
		 ".[0] | .host, .guest | select(.) | .parts[] | select(.name == \"%s\") | "
		 "\"\\(.state): \\(.why); \\(.advice)\"", part);
	run__command(&r, "status --json");
	return run__query(&r, filter);
}

TEST_F(status, a_host_with_all_parts_on)
{
	char line[64];
	int i;

	machine__add_host();
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("", r.err);
	EXPECT_TRUE(run__has_line(&r, "host: Linux 6.12.0-test, kvm_intel; CPUs: 4, VMs: 0, vCPUs: 0\n"));
	for (i = 0; host_parts[i]; i++) {
		snprintf(line, sizeof(line), "%-11s on\n", host_parts[i]);
		EXPECT_TRUE(run__has_line(&r, line));
	}
	EXPECT_FALSE(run__has_line(&r, "guest"));
	EXPECT_GE(10, run__lines(&r));
}

TEST_F(status, each_part_that_is_off_is_named)
{
	char line[128], advice[64];
	int i;

	machine__add_host();
	for (i = 0; host_parts[i]; i++) {
		machine__write("N\n", KVM "%s", host_parts[i]);
		snprintf(line, sizeof(line), "%-11s off: switched off; pvsched on %s\n", host_parts[i],
			 host_parts[i]);
		snprintf(advice, sizeof(advice), "off: switched off; pvsched on %s", host_parts[i]);
		run__command(&r, "status");
		EXPECT_EQ(1, r.status);
		EXPECT_TRUE(run__has_line(&r, line));
		EXPECT_STREQ(advice, part__says(host_parts[i]));
		EXPECT_STREQ("false 1", run__query(&r, "\"\\(.[0].all_on) \\([.[0].host.parts[] | select(.state != \"on\")] | length)\""));
		machine__write("Y\n", KVM "%s", host_parts[i]);
		run__command(&r, "status");
		EXPECT_EQ(0, r.status);
	}
}

TEST_F(status, a_stock_host_has_one_reason)
{
	machine__add_stock_host();
	machine__add_vm(100, 11, "web", 4);
	run__command(&r, "status");
	EXPECT_EQ(1, r.status);
	EXPECT_TRUE(run__has_line(&r, "all parts   unavailable: this kernel has no pvsched; boot"));
	EXPECT_TRUE(run__has_line(&r, "vCPUs wait for each other"));
	EXPECT_FALSE(run__has_line(&r, "yield"));
	EXPECT_EQ(3, run__lines(&r));
}

TEST_F(status, an_older_pvsched_lacks_a_part)
{
	machine__add_host();
	machine__delete(KVM "slice");
	EXPECT_STREQ("unavailable: this kernel's pvsched has no such part; boot a newer one",
		     part__says("slice"));
	EXPECT_EQ(1, r.status);
	EXPECT_STREQ("on: null; null", part__says("boost"));
}

TEST_F(status, neither_host_nor_guest_says_what_is_missing)
{
	run__command(&r, "status");
	EXPECT_EQ(4, r.status);
	EXPECT_NE(NULL, strstr(r.err, "the CPU has no virtualization"));
	EXPECT_STREQ("", r.out);
	machine__write("flags : x\nflags\t\t: fpu vmx\n", "/proc/cpuinfo");
	run__command(&r, "status");
	EXPECT_EQ(4, r.status);
	EXPECT_NE(NULL, strstr(r.err, "modprobe kvm_intel"));
	machine__write("vendor_id\t: x\nflags\t\t: svm\n", "/proc/cpuinfo");
	run__command(&r, "status --json");
	EXPECT_EQ(4, r.status);
	EXPECT_NE(NULL, strstr(r.err, "modprobe kvm_amd"));
	EXPECT_STREQ("false null null", run__query(&r, "\"\\(.[0].all_on) \\(.[0].host) \\(.[0].guest)\""));
	machine__write("N\n", "/sys/module/kvm/parameters/ignore_msrs");
	run__command(&r, "status");
	EXPECT_EQ(4, r.status);
	EXPECT_NE(NULL, strstr(r.err, "kvm_intel or kvm_amd is not"));
}

TEST_F(status, hardware_that_delivers_ipis_leaves_nothing_to_do)
{
	machine__add_host();
	machine__write("Y\n", "/sys/module/kvm_intel/parameters/enable_apicv");
	EXPECT_STREQ("unneeded: APICv delivers IPIs; null", part__says("fast_ipi"));
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("on: null; null", part__says("fast_timer"));
	machine__write("N\n", KVM "fast_ipi");
	EXPECT_STREQ("off: switched off; pvsched on fast_ipi", part__says("fast_ipi"));
	EXPECT_EQ(1, r.status);
}

/* Where KVM is built in, the folder of the other vendor is there as well. */
TEST_F(status, amd)
{
	machine__add_host();
	machine__write("processor\t: 0\nflags\t\t: fpu svm\n", "/proc/cpuinfo");
	machine__write("Y\n", "/sys/module/kvm_intel/parameters/enable_apicv");
	machine__write("1\n", "/sys/module/kvm_amd/parameters/nrips");
	machine__write("0\n", "/sys/module/kvm_amd/parameters/avic");
	EXPECT_STREQ("on: null; null", part__says("fast_ipi"));
	EXPECT_STREQ("kvm_amd", run__query(&r, ".[0].host.module"));
	machine__write("Y\n", "/sys/module/kvm_amd/parameters/avic");
	EXPECT_STREQ("unneeded: AVIC delivers IPIs; null", part__says("fast_ipi"));
	EXPECT_EQ(0, r.status);
	machine__write("0\n", "/sys/module/kvm_amd/parameters/nrips");
	EXPECT_EQ(0, strncmp(part__says("fast_timer"), "unavailable: the CPU does not save", 34));
	EXPECT_EQ(1, r.status);
	EXPECT_STREQ("on: null; null", part__says("boost"));
}

TEST_F(status, a_switch_that_holds_nothing_useful)
{
	static const char *const texts[] = { "", "\n", "maybe\n", "YES\n", "2\n", "Y Y\n" };
	unsigned int i;

	machine__add_host();
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		machine__write(texts[i], KVM "boost");
		EXPECT_STREQ("unavailable: its switch cannot be read (Invalid argument); look at "
			     KVM "boost", part__says("boost"));
		EXPECT_EQ(1, r.status);
	}
	machine__delete(KVM "boost");
	machine__write("", KVM "boost/file");
	EXPECT_STREQ("unavailable: its switch cannot be read (Is a directory); look at "
		     KVM "boost", part__says("boost"));
}

TEST_F(status, a_switch_that_a_user_may_not_read)
{
	if (geteuid())
		SKIP(return, "needs root, to become another user");
	machine__add_host();
	run__as_user(&r, "status");
	EXPECT_EQ(0, r.status);
	machine__chmod(0600, KVM "boost");
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	run__as_user(&r, "status");
	EXPECT_EQ(1, r.status);
	EXPECT_TRUE(run__has_line(&r, "boost       unavailable: its switch cannot be read (Permission denied)"));
}

TEST_F(status, a_guest_with_all_parts_on)
{
	machine__add_guest();
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	EXPECT_TRUE(run__has_line(&r, "guest: Linux 6.12.0-test; CPUs: 8, steal: 75.0%\n"));
	EXPECT_TRUE(run__has_line(&r, "ipi         on\n"));
	EXPECT_TRUE(run__has_line(&r, "lock        on\n"));
	EXPECT_TRUE(run__has_line(&r, "fold        on\n"));
	EXPECT_EQ(4, run__lines(&r));
	run__command(&r, "status --json");
	EXPECT_STREQ("true null 75 8 null", run__query(&r, ".[0] | \"\\(.all_on) \\(.host) \\(.guest.steal_percent) \\(.guest.cpus) \\(.guest.yields_asked)\""));
}

/* What each obstacle makes of both parts, and that it is the obstacle that does */
static void check_reason(struct __test_metadata *_metadata, const char *ipi, const char *lock, int status)
{
	EXPECT_EQ(0, strncmp(part__says("ipi"), ipi, strlen(ipi)))
		TH_LOG("ipi %s", part__says("ipi"));
	EXPECT_EQ(0, strncmp(part__says("lock"), lock, strlen(lock)))
		TH_LOG("lock %s", part__says("lock"));
	EXPECT_EQ(status, r.status);
}

TEST_F(status, why_a_guest_is_without)
{
	machine__add_guest();
	machine__write("N\n", GUEST "ipi");
	machine__write("N\n", GUEST "lock");
	check_reason(_metadata, "off: switched off; pvsched on ipi", "off: switched off; pvsched on lock", 1);

	machine__add_cpuid(0x40000000, ALL & ~YIELD, 0);
	check_reason(_metadata, "unavailable: no yield on offer; look", "unavailable: no yield on offer; look", 1);
	machine__add_cpuid(0x40000000, ALL & ~STEAL, 0);
	check_reason(_metadata, "unavailable: the VM has no steal time; take", "unavailable: the VM has no steal", 1);
	machine__add_cpuid(0x40000000, ALL, 1);
	check_reason(_metadata, "unavailable: the realtime hint", "unavailable: the realtime hint", 1);
	machine__add_cpuid(0x40000000, ALL & ~UNHALT, 0);
	check_reason(_metadata, "off: switched off", "unavailable: the host cannot wake up", 1);
	machine__add_cpuid(0x40000000, ALL, 0);

	machine__write("flags\t\t: x\nflags\t\t: hypervisor monitor\n", "/proc/cpuinfo");
	check_reason(_metadata, "unavailable: the VM has MWAIT; take -overcommit", "unavailable: the VM has MWAIT", 1);
	machine__write("flags\t\t: x\nflags\t\t: hypervisor monitorx\n", "/proc/cpuinfo");
	check_reason(_metadata, "off: switched off", "off: switched off", 1);

	machine__write("0\n", "/sys/devices/system/cpu/possible");
	check_reason(_metadata, "unneeded: the VM has one CPU; null", "unneeded: the VM has one CPU; null", 0);
}

/* Folding needs the host's number, or another policy, and no yields. */
TEST_F(status, whether_a_guest_folds)
{
	machine__add_guest();
	machine__write("0-2,5\n", "/sys/devices/system/cpu/preferred");
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	EXPECT_TRUE(run__has_line(&r, "folded: 4 of 8 CPUs are in use, which is what the host has for this VM\n"));
	run__command(&r, "status --json");
	EXPECT_STREQ("4", run__query(&r, ".[0].guest.preferred_cpus"));

	machine__add_cpuid(0x40000000, ALL & ~CAPACITY, 0);
	EXPECT_STREQ("unavailable: the host does not say how many CPUs it has for the VM; "
		     "pvsched on capacity in the host, and start the VM again", part__says("fold"));
	EXPECT_EQ(1, r.status);
	machine__write("steal\n", GUEST "policy");
	EXPECT_STREQ("on: null; null", part__says("fold"));
	machine__write("N\n", GUEST "fold");
	machine__add_cpuid(0x40000000, ALL & ~YIELD, 0);
	EXPECT_STREQ("off: switched off; pvsched on fold", part__says("fold"));
	machine__add_cpuid(0x40000000, ALL & ~STEAL, 0);
	EXPECT_STREQ("unavailable: the VM has no steal time; take kvm-steal-time=off out of QEMU's -cpu",
		     part__says("fold"));
}

TEST_F(status, what_the_boot_options_of_a_guest_say)
{
	machine__add_guest();
	machine__write("N\n", GUEST "ipi");
	machine__write("N\n", GUEST "lock");
	machine__write("quiet pvsched=off\n", "/proc/cmdline");
	check_reason(_metadata, "off: the boot option pvsched=off; boot without it", "off: the boot option pvsched=off", 1);
	machine__write("pvsched=off pvsched=lock,ipi\n", "/proc/cmdline");
	check_reason(_metadata, "off: switched off", "off: switched off", 1);
	machine__write("pvsched=ipix,lock\n", "/proc/cmdline");
	check_reason(_metadata, "off: the boot option pvsched=ipix,lock", "off: switched off", 1);
	machine__write("nopvspin xpvsched=off\n", "/proc/cmdline");
	check_reason(_metadata, "off: switched off", "off: the boot option nopvspin; boot without", 1);
}

TEST_F(status, a_guest_kernel_without_pvsched)
{
	machine__add_guest();
	machine__delete("/sys/module/pvsched");
	run__command(&r, "status");
	EXPECT_EQ(1, r.status);
	EXPECT_TRUE(run__has_line(&r, "all parts   unavailable: this kernel has no pvsched; boot one with CONFIG_PVSCHED_GUEST\n"));
}

TEST_F(status, leaves_behind_those_of_another_hypervisor)
{
	machine__add_guest();
	machine__add_cpuid(0x40000100, ALL, 0);
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	machine__write("1 0 0 80000000 0\n40000000 0 54474354 43544743 47435447\n", "/cpuid");
	run__command(&r, "status");
	EXPECT_EQ(4, r.status);
}

/* Such leaves of a CPU without a hypervisor hold anything. */
TEST_F(status, a_signature_without_a_hypervisor_is_none)
{
	machine__add_guest();
	machine__write("1 0 0 7fffffff 0\n40000000 40000001 4b4d564b 564b4d56 4d\n40000001 ffffffff 0 0 0\n", "/cpuid");
	run__command(&r, "status");
	EXPECT_EQ(4, r.status);
}

TEST_F(status, a_nested_machine_is_both)
{
	machine__add_guest();
	machine__add_host();
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	EXPECT_TRUE(run__has_line(&r, "host:"));
	EXPECT_TRUE(run__has_line(&r, "guest:"));
	machine__write("N\n", GUEST "lock");
	run__command(&r, "status");
	EXPECT_EQ(1, r.status);
}

TEST_F(status, how_overcommitted_a_host_is)
{
	machine__add_host();
	machine__add_vm(100, 11, "web", 4);
	machine__add_vm(200, 12, "db", 2);
	machine__set_time(100, 4, 1000, 3000);
	machine__set_time(200, 2, 1000, 0);
	run__command(&r, "status");
	EXPECT_TRUE(run__has_line(&r, "host: Linux 6.12.0-test, kvm_intel; CPUs: 4, VMs: 2, vCPUs: 6, waiting for a CPU: 66.7%\n"));
	EXPECT_FALSE(run__has_line(&r, "vCPUs"));
	machine__set_time(100, 4, 1000, 1);
	run__command(&r, "status");
	EXPECT_TRUE(run__has_line(&r, "vCPUs hardly wait"));
}

TEST_F(status, yields_that_the_host_refused)
{
	machine__add_guest();
	machine__write("hypercalls 100\nhypercalls_refused 7\ndirected 3\n", "/sys/kernel/debug/pvsched/stats");
	run__command(&r, "status");
	EXPECT_TRUE(run__has_line(&r, "the host refused 7 of 100 yields"));
	machine__write("hypercalls 100\nhypercalls_refused 0\n", "/sys/kernel/debug/pvsched/stats");
	run__command(&r, "status --json");
	EXPECT_STREQ("100 0 0", run__query(&r, ".[0].guest | \"\\(.yields_asked) \\(.yields_refused) \\(.notes | length)\""));
	machine__write("hypercalls\n", "/sys/kernel/debug/pvsched/stats");
	run__command(&r, "status --json");
	EXPECT_STREQ("null", run__query(&r, ".[0].guest.yields_asked"));
}

TEST_F(status, a_guest_without_steal_or_off_cpu)
{
	machine__add_guest();
	machine__write("cpu  1000 0 0 9000 0 0 0 1 0 0\n", "/proc/stat");
	machine__add_cpuid(0x40000000, ALL & ~OFF_CPU, 0);
	run__command(&r, "status");
	EXPECT_EQ(0, r.status);
	EXPECT_TRUE(run__has_line(&r, "hardly any steal"));
	EXPECT_TRUE(run__has_line(&r, "off_cpu is not on offer"));
	machine__write("cpu\n", "/proc/stat");
	run__command(&r, "status --json");
	EXPECT_STREQ("null", run__query(&r, ".[0].guest.steal_percent"));
}

TEST_F(status, lists_of_cpus)
{
	static const struct { const char *list; const char *count; } lists[] = {
		{ "0\n", "1" }, { "0-1,4,6-7\n", "5" }, { "", "0" }, { "x\n", "0" }, { "3-1\n", "0" },
		{ "0-\n", "0" }, { "0-99999999999999999999\n", "0" }, { "0,,1\n", "0" }, { "0-3 \n", "0" },
	};
	unsigned int i;

	machine__add_host();
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		machine__write(lists[i].list, "/sys/devices/system/cpu/online");
		run__command(&r, "status --json");
		EXPECT_STREQ(lists[i].count, run__query(&r, ".[0].host.cpus"))
			TH_LOG("%s", lists[i].list);
	}
}

/* A file goes, or all of them do, before any one of them is opened. */
static int opens, opens_before_end;

static void on_open__end(const char *path, int flags)
{
	if (++opens == opens_before_end)
		machine__delete("/sys");
}

TEST_F(status, a_machine_that_loses_its_files_while_they_are_read)
{
	int i, status = -1;

	for (i = 1; status != 0; i++) {
		ASSERT_GT(200, i);
		machine__add_guest();
		machine__add_host();
		machine__add_vm(100, 11, "web", 2);
		opens_before_end = i;
		on_open = on_open__end;
		run__command(&r, "status --json");
		on_open = NULL;
		status = r.status;
		EXPECT_TRUE(status == 0 || status == 1 || status == 4);
		EXPECT_STRNE("?", run__query(&r, "."));
	}
	EXPECT_LT(20, i);
}

TEST_HARNESS_MAIN
