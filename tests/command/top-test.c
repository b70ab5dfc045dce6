// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched top: rates between two readings, whatever the VMs do meanwhile.
 */
#include <linux/kvm.h>

#include "harness.h"
#include "machine.h"

static struct run r;

FIXTURE(top) { };
FIXTURE_SETUP(top)
{
	machine__make();
	machine__add_stock_host();
	on_sleep = NULL;
	on_open = NULL;
}
FIXTURE_TEARDOWN(top)
{
	machine__remove();
}

/* In one second: 4 vCPUs, of which each ran 0.4 s and waited 0.6 s */
static void second__pass(int round)
{
	machine__set_time(100, 4, 1000 + 400 * round, 1000 + 600 * round);
}

TEST_F(top, what_vcpus_got_and_waited_for_on_a_stock_host)
{
	machine__add_vm(100, 11, "web", 4);
	machine__add_vm(200, 12, "idle", 2);
	on_sleep = second__pass;
	run__command(&r, "top -n 1 -d 1");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("", r.err);
	EXPECT_TRUE(run__has_line(&r, "CPUs: 4, VMs: 2, vCPUs: 6\n"));
	EXPECT_TRUE(run__has_line(&r, "web                       100      4    1.60   60.0      -       0.0       0.0       -\n"));
	EXPECT_TRUE(run__has_line(&r, "idle                      200      2    0.00      -      -       0.0       0.0       -\n"));
	EXPECT_TRUE(run__has_line(&r, "all                         -      6    1.60   60.0      -       0.0       0.0       -\n"));
	EXPECT_EQ(5, run__lines(&r));
}

TEST_F(top, json_has_the_same)
{
	machine__add_vm(100, 11, "web", 4);
	on_sleep = second__pass;
	run__command(&r, "top --json -n 3 -d 2");
	EXPECT_EQ(0, r.status);
	EXPECT_EQ(3, run__lines(&r));
	EXPECT_STREQ("3 2 4 true", run__query(&r, "\"\\(length) \\(.[2].seconds) \\(.[2].cpus) \\(.[2].complete)\""));
	EXPECT_STREQ("web 100 4 1.6 2.4 60", run__query(&r, ".[2].vms[0] | \"\\(.name) \\(.pid) \\(.vcpus) \\(.run_seconds) \\(.wait_seconds) \\(.wait_percent)\""));
	/* The base's yields are known, ours are not. */
	EXPECT_STREQ("0 null null", run__query(&r, ".[2].all | \"\\(.base_yields_asked) \\(.yields_asked) \\(.yields_stuck)\""));
	EXPECT_STREQ("null", run__query(&r, ".[2].yield_to_run_us_median"));
}

static void yields__pass(int round)
{
	machine__set_counter(100, 11, "pvsched_yield_asked", 1000 + 100 * round);
	machine__set_counter(100, 11, "pvsched_yield_directed", 500 + 80 * round);
	machine__set_counter(100, 11, "directed_yield_attempted", 10 * round);
	machine__set_counter(100, 11, "directed_yield_successful", 5 * round);
	machine__set_counter(100, 11, "pvsched_yield_stuck_any", 30 * round);
	machine__set_counter(100, 11, "pvsched_yield_stuck_hypercall", 60 * round);
	machine__set_counter(100, 11, "pvsched_yield_ignored_any", 6 * round);
	machine__set_counter(100, 11, "pvsched_yield_bounced_base", 4 * round);
	machine__set_counter(100, 11, "pvsched_yield_refused_idle", 3 * round);
	/* None of these is one of those. */
	machine__set_counter(100, 11, "pvsched_yield_asked_x", 7777 * round);
	machine__set_counter(100, 11, "pvsched_yield_stuck", 7777 * round);
	if (round)
		machine__write("500 10\n1000 98\n9000 3901\n70000 1\n",
			       "/sys/kernel/debug/kvm_pvsched/yield_to_run_ns");
	else
		machine__write("500 10\n9000 3900\n",
			       "/sys/kernel/debug/kvm_pvsched/yield_to_run_ns");
}

static void capacity__pass(int round)
{
	machine__set_counter(100, 11, "pvsched_capacity", round ? 2560 : 4096);
	machine__set_counter(100, 11, "pvsched_capacity_changes", 7777 * round);
}

/* What it is now, not how it changed */
TEST_F(top, what_a_vm_can_have)
{
	machine__add_host();
	machine__add_vm(100, 11, "web", 4);
	machine__add_vm(200, 12, "idle", 2);
	capacity__pass(0);
	on_sleep = capacity__pass;
	run__command(&r, "top -n 1 -d 1");
	EXPECT_TRUE(run__has_line(&r, "web                       100      4    0.00      -   2.50       0.0       0.0       -\n"));
	EXPECT_TRUE(run__has_line(&r, "idle                      200      2    0.00      -      -       0.0       0.0       -\n"));
	capacity__pass(0);
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("2.5 null", run__query(&r, ".[0] | \"\\(.vms[0].can_have_cpus) \\(.vms[1].can_have_cpus)\""));
}

TEST_F(top, how_yields_fare)
{
	machine__add_host();
	machine__add_vm(100, 11, "web", 4);
	yields__pass(0);
	on_sleep = yields__pass;
	run__command(&r, "top -n 1 -d 2");
	EXPECT_TRUE(run__has_line(&r, "CPUs: 4, VMs: 1, vCPUs: 4; from yield to run: median 1.0 us, 99% 9.0 us\n"));
	EXPECT_TRUE(run__has_line(&r, "web                       100      4    0.00      -      -      55.0      42.5    90.0\n"));
	yields__pass(0);
	run__command(&r, "top -n 1 -d 2 --json");
	EXPECT_STREQ("100 80 3 90 6 4 10 5", run__query(&r,
		".[0].vms[0] | \"\\(.yields_asked) \\(.yields_granted) \\(.yields_refused) \\(.yields_stuck) \\(.yields_ignored) "
		"\\(.yields_bounced) \\(.base_yields_asked) \\(.base_yields_granted)\""));
	EXPECT_STREQ("1 9", run__query(&r, ".[0] | \"\\(.yield_to_run_us_median) \\(.yield_to_run_us_p99)\""));
}

/* The first comes, the second goes, the third is another one with its number. */
static void vms__change(int round)
{
	if (round != 2)
		return;
	machine__add_vm(50, 9, "new", 1);
	machine__delete("/sys/kernel/debug/kvm/200-12");
	machine__delete("/proc/200");
	machine__write("300 (qemu) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 4444 1\n", "/proc/300/stat");
	machine__set_time(100, 4, 999, 5000);
}

TEST_F(top, vms_that_come_and_go)
{
	machine__add_vm(100, 11, "fell", 4);
	machine__add_vm(200, 12, "gone", 1);
	machine__add_vm(300, 13, "again", 1);
	machine__add_vm(400, 14, "stays", 1);
	on_sleep = vms__change;
	run__command(&r, "top --json -n 3 -d 1");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("fell,gone,again,stays", run__query(&r, "[.[0].vms[].name] | join(\",\")"));
	EXPECT_STREQ("stays", run__query(&r, "[.[1].vms[].name] | join(\",\")"));
	EXPECT_STREQ("new,fell,again,stays", run__query(&r, "[.[2].vms[].name] | join(\",\")"));
}

/* The VM ends before the command opens its @last-th file. */
static int opens, last;

static void vm__end(const char *path, int flags)
{
	if (++opens != last)
		return;
	machine__delete("/sys/kernel/debug/kvm/100-11");
	machine__delete("/proc/100");
	machine__delete("/proc/101");
}

/*
 * Whenever it ends, what is printed is whole and the other VM is there. One that has
 * not run yet has no number that falls when it ends.
 */
TEST_F(top, a_vm_that_ends_while_it_is_read)
{
	bool ended = true;

	machine__add_vm(200, 12, "stays", 1);
	for (last = 1; ended; last++) {
		const char *first, *second;

		ASSERT_GT(200, last);
		machine__add_vm(100, 11, "web", 1);
		machine__set_time(100, 1, 0, 0);
		on_open = vm__end;
		run__command(&r, "top --json -n 1 -d 1");
		EXPECT_EQ(0, r.status);
		first = run__query(&r, "[.[0].vms[].name] | sort | join(\",\")");
		ended = !strcmp(first, "stays");
		EXPECT_TRUE(ended || !strcmp(first, "stays,web"));
		second = run__query(&r, ".[0].all.vcpus");
		EXPECT_STREQ(ended ? "1" : "2", second);
	}
	EXPECT_LT(20, last);
}

/* Folders of debugfs come and go at any moment. */
TEST_F(top, vms_that_come_and_go_all_the_time)
{
	pid_t pid;
	int i;

	machine__add_vm(100, 11, "web", 2);
	pid = fork();
	if (!pid) {
		for (;;) {
			machine__delete("/sys/kernel/debug/kvm");
			machine__add_vm(100, 11, "web", 2);
			machine__delete("/proc/100");
		}
	}
	for (i = 0; i < 5; i++) {
		run__command(&r, "top --json -n 20 -d 1");
		EXPECT_EQ(0, r.status);
		EXPECT_STREQ("20", run__query(&r, "length"));
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST_F(top, an_older_kernel_does_not_say_which_threads_are_vcpus)
{
	machine__add_vm(100, 11, "web", 4);
	machine__delete("/sys/kernel/debug/kvm/100-11/vcpu0/pid");
	machine__delete("/sys/kernel/debug/kvm/100-11/vcpu1/pid");
	machine__delete("/sys/kernel/debug/kvm/100-11/vcpu2/pid");
	machine__delete("/sys/kernel/debug/kvm/100-11/vcpu3/pid");
	machine__write("1\n", "/sys/kernel/debug/kvm/100-11/vcpu3/tsc-offset");
	machine__write("1\n", "/sys/kernel/debug/kvm/100-11/vcpu2/tsc-offset");
	on_sleep = second__pass;
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("4 1.6 2.4", run__query(&r, ".[0].vms[0] | \"\\(.vcpus) \\(.run_seconds) \\(.wait_seconds)\""));
}

TEST_F(top, a_vcpu_that_has_not_run)
{
	machine__add_vm(100, 11, "web", 4);
	machine__write("0\n", "/sys/kernel/debug/kvm/100-11/vcpu3/pid");
	on_sleep = second__pass;
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("4 1.2 1.8", run__query(&r, ".[0].vms[0] | \"\\(.vcpus) \\(.run_seconds) \\(.wait_seconds)\""));
}

TEST_F(top, without_debugfs_a_vm_is_a_process_that_has_one_open)
{
	machine__add_process(100, "web", 4);
	machine__write("", "/proc/77/fd/0");
	on_sleep = second__pass;
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("1 web 4 1.6 2.4 null true", run__query(&r, ".[0] | \"\\(.vms | length) \\(.vms[0].name) \\(.vms[0].vcpus) "
		"\\(.vms[0].run_seconds) \\(.vms[0].wait_seconds) \\(.vms[0].base_yields_asked) \\(.complete)\""));
	run__command(&r, "top -n 1 -d 1");
	EXPECT_TRUE(run__has_line(&r, "KVM's counters cannot be read"));
	machine__delete("/proc/100/fd/11");
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("0", run__query(&r, ".[0].vms | length"));
}

TEST_F(top, a_user_sees_the_vms_of_others_by_the_time_that_guest_code_ran)
{
	if (geteuid())
		SKIP(return, "needs root, to become another user");
	machine__add_process(100, "web", 4);
	machine__write("", "/sys/kernel/debug/kvm/x");
	machine__chmod(0700, "/sys/kernel/debug");
	machine__chmod(0500, "/proc/100/fd");
	/* Of this one no guest code has run. */
	machine__add_stat("sh", 300, 0, 0);
	machine__write("", "/proc/300/fd/1");
	machine__chmod(0500, "/proc/300/fd");
	run__as_user(&r, "top --json -n 1 -d 1");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("1 web 4 false", run__query(&r, ".[0] | \"\\(.vms | length) \\(.vms[0].name) \\(.vms[0].vcpus) \\(.complete)\""));
	run__as_user(&r, "top -n 1 -d 1");
	EXPECT_TRUE(run__has_line(&r, "VMs of other users may be missing; become root"));
}

/* As KVM lays them out: header, identity, descriptions, values. Return: the length. */
#define NAME_SIZE	48

static size_t statistics__make(char *file, int step)
{
	static const struct { const char *name; int size; int value; } stats[] = {
		{ "exits", 1, 777 }, { "pvsched_yield_stuck_log", 2, 888 }, { "directed_yield_attempted", 1, 3 },
		{ "pvsched_yield_asked", 1, 10 }, { "pvsched_yield_stuck_any", 1, 5 },
	};
	struct kvm_stats_header header = {
		.name_size = NAME_SIZE, .num_desc = ARRAY_SIZE(stats), .id_offset = sizeof(header),
		.desc_offset = sizeof(header) + NAME_SIZE,
	};
	size_t size = sizeof(struct kvm_stats_desc) + NAME_SIZE, at = 0;
	struct kvm_stats_desc *desc;
	uint64_t value;
	unsigned int i, j;

	header.data_offset = header.desc_offset + header.num_desc * size;
	memset(file, 0, 4096);
	memcpy(file, &header, sizeof(header));
	for (i = 0; i < ARRAY_SIZE(stats); i++) {
		desc = (void *)(file + header.desc_offset + i * size);
		desc->size = stats[i].size;
		desc->offset = at;
		strcpy(desc->name, stats[i].name);
		for (j = 0; j < desc->size; j++, at += sizeof(value)) {
			value = stats[i].value * step;
			memcpy(file + header.data_offset + at, &value, sizeof(value));
		}
	}
	return header.data_offset + at;
}

static char statistics[4096];

static void statistics__pass(int round)
{
	size_t len = statistics__make(statistics, round + 1);

	machine__write_bytes(statistics, len, "/proc/100/share/30");
	machine__write_bytes(statistics, len, "/proc/100/share/31");
}

static void statistics__open(void)
{
	machine__link("anon_inode:kvm-vcpu-stats:0", "/proc/100/fd/30");
	machine__link("anon_inode:kvm-vcpu-stats:1", "/proc/100/fd/31");
	statistics__pass(0);
	on_sleep = statistics__pass;
}

#define YIELDS	".[0].vms[0] | \"\\(.yields_asked) \\(.yields_stuck) \\(.base_yields_asked)\""

TEST_F(top, statistics_that_the_vmm_holds_open_stand_for_debugfs)
{
	machine__add_process(100, "web", 2);
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("null null null", run__query(&r, YIELDS));
	statistics__open();
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("20 10 6", run__query(&r, YIELDS));
	/* Of two VMs of one process it is not known whose they are. */
	machine__link("anon_inode:kvm-vm", "/proc/100/fd/40");
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("null null null", run__query(&r, YIELDS));
}

TEST_F(top, statistics_of_a_host_that_is_locked_down)
{
	machine__add_vm(100, 11, "web", 2);
	statistics__open();
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("null null 0", run__query(&r, YIELDS));
	machine__delete("/sys/kernel/debug/kvm/100-11/directed_yield_attempted");
	machine__delete("/sys/kernel/debug/kvm/100-11/directed_yield_successful");
	statistics__pass(0);
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("20 10 6", run__query(&r, YIELDS));
}

TEST_F(top, statistics_that_are_broken)
{
	size_t len, at;

	machine__add_process(100, "web", 2);
	statistics__open();
	on_sleep = NULL;
	len = statistics__make(statistics, 1);
	for (at = 0; at < len; at += 31) {
		machine__write_bytes(statistics, at, "/proc/100/share/30");
		run__command(&r, "top --json -n 1 -d 1");
		EXPECT_EQ(0, r.status);
		EXPECT_STREQ("1", run__query(&r, ".[0].vms | length"));
	}
	/* Each of the header's numbers at its most */
	for (at = 0; at < sizeof(struct kvm_stats_header); at += 4) {
		statistics__make(statistics, 1);
		memset(statistics + at, 0xff, 4);
		machine__write_bytes(statistics, len, "/proc/100/share/30");
		run__command(&r, "top --json -n 1 -d 1");
		EXPECT_EQ(0, r.status);
		memset(statistics + at, 0, 4);
		machine__write_bytes(statistics, len, "/proc/100/share/30");
		run__command(&r, "top --json -n 1 -d 1");
		EXPECT_EQ(0, r.status);
	}
}

TEST_F(top, files_that_are_broken)
{
	static const char *const texts[] = { "", "\n", "x\n", "-5\n", "99999999999999999999999\n", "1 x\n" };
	unsigned int i;

	machine__add_vm(100, 11, "web", 2);
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		machine__write(texts[i], "/proc/101/task/101/schedstat");
		machine__write(texts[i], "/proc/100/stat");
		machine__write(texts[i], "/sys/kernel/debug/kvm/100-11/directed_yield_attempted");
		machine__write(texts[i], "/sys/kernel/debug/kvm/100-11/vcpu0/pid");
		machine__write(texts[i], "/sys/kernel/debug/kvm_pvsched/yield_to_run_ns");
		run__command(&r, "top --json -n 1 -d 1");
		EXPECT_EQ(0, r.status);
		EXPECT_STREQ("2", run__query(&r, ".[0].vms[0].vcpus"));
	}
}

TEST_F(top, folders_that_are_no_vms)
{
	static const char *const names[] = {
		"x", "1", "1-", "-1", "1-2x", "0-1", "1--2", "vcpu0", "99999999999-1", "1-2-3",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		machine__write("1\n", "/sys/kernel/debug/kvm/%s/directed_yield_attempted", names[i]);
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("0", run__query(&r, ".[0].vms | length"));
}

TEST_F(top, names)
{
	static const struct { const char *cmdline; int len; const char *name; } names[] = {
#define NAME(cmdline, name) { cmdline, sizeof(cmdline), name }
		NAME("qemu\0-name\0vm1,debug-threads=on\0-S", "vm1"),
		NAME("qemu\0-name\0guest=a b\0-S", "a b"),
		NAME("qemu\0-name\0\33[2Jx\"\\\377", "?[2Jx\"\\?"),
		NAME("qemu\0-name", "qemu"),
		NAME("qemu\0-name\0guest=", "qemu"),
		NAME("qemu\0-names\0x", "qemu"),
		NAME("", "qemu"),
	};
	unsigned int i;

	machine__add_vm(100, 11, "web", 1);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		machine__write_bytes(names[i].cmdline, names[i].len, "/proc/100/cmdline");
		run__command(&r, "top --json -n 1 -d 1");
		EXPECT_STREQ(names[i].name, run__query(&r, ".[0].vms[0].name"));
	}
	machine__delete("/proc/100/comm");
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("?", run__query(&r, ".[0].vms[0].name"));
}

TEST_F(top, a_command_line_that_is_long)
{
	static char cmdline[10000];

	memset(cmdline, 'x', sizeof(cmdline));
	machine__add_vm(100, 11, "web", 1);
	machine__write_bytes(cmdline, sizeof(cmdline), "/proc/100/cmdline");
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_STREQ("qemu", run__query(&r, ".[0].vms[0].name"));
	memcpy(cmdline + 4080, "\0-name\0abcdefgh", 15);
	machine__write_bytes(cmdline, sizeof(cmdline), "/proc/100/cmdline");
	run__command(&r, "top --json -n 1 -d 1");
	EXPECT_EQ(0, r.status);
	EXPECT_STREQ("abc", run__query(&r, ".[0].vms[0].name[:3]"));
}

TEST_F(top, a_machine_that_runs_no_vms)
{
	run__command(&r, "top -n 1");
	EXPECT_EQ(0, r.status);
	machine__delete("/dev/kvm");
	run__command(&r, "top -n 1");
	EXPECT_EQ(4, r.status);
	EXPECT_STREQ("", r.out);
	EXPECT_NE(NULL, strstr(r.err, "kvm_intel or kvm_amd is not"));
}

TEST_HARNESS_MAIN
