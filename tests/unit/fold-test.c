// SPDX-License-Identifier: GPL-2.0
/*
 * guest/fold.c in user space: where the number of vCPUs comes from, when a CPU looks,
 * and which CPUs are folded.
 *
 * A tick of each CPU in turn, 4 ms apart. The test plays the host that writes the
 * records, and keeps the mask of preferred CPUs.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include <linux/pvsched_preferred.h>
#include "internal.h"
#include "fold.h"

#define MS	1000000ull
#define TICK	(4 * MS)
#define ONE	1024

unsigned int nr_cpu_ids = 8;
int unit_cpu;
static u64 clock = 1000 * MS;
DEFINE_PER_CPU(struct kvm_steal_time, steal_time);
DEFINE_PER_CPU(u64 [PVSCHED_NR_COUNTERS], pvsched_counters);
struct static_key_false pvsched_fold_hook;
struct cpumask __cpu_preferred_mask = { .bits = { ~0ul, ~0ul } };
bool pvsched_any_folded;

static struct cpumask active;
const struct cpumask *cpu_active_mask = &active;
static unsigned int isolated, tickless, used, foldable, settled, left, helped, looks_at_cpuid, traced;
static bool usable = true, offered = true;
static u64 stolen;

void set_cpu_preferred(unsigned int cpu, bool preferred)
{
	unsigned int i;

	__cpu_preferred_mask.bits[cpu / 64] &= ~BIT(cpu % 64);
	__cpu_preferred_mask.bits[cpu / 64] |= (unsigned long)preferred << cpu % 64;
	pvsched_any_folded = false;
	for (i = 0; i < nr_cpu_ids; i++)
		pvsched_any_folded |= !cpu_preferred(i);
}

void pvsched_settle(int cpu)
{
	settled++;
}

void pvsched_leave(int cpu)
{
	unit_require(!cpu_preferred(cpu) && cpu == unit_cpu);
	left++;
}

void pvsched_help_to_settle(void)
{
	helped++;
}

void pvsched_topology(int cpu, struct pvsched_place *place)
{
	place->node = 0;
	place->llc = 0;
}

bool pvsched_part_usable(enum pvsched_part part)
{
	return usable && part == PVSCHED_PART_FOLD;
}

bool kvm_para_has_feature(unsigned int feature)
{
	looks_at_cpuid += feature == PVSCHED_FEATURE_CAPACITY;

	return feature == PVSCHED_FEATURE_CAPACITY && offered;
}

bool cpu_active(int cpu)
{
	return cpumask_test_cpu(cpu, &active);
}

unsigned int num_active_cpus(void)
{
	return __builtin_popcountl(active.bits[0]) + __builtin_popcountl(active.bits[1]);
}

/* The base's mask of them is a null pointer early in boot. */
static bool isolation_is_known;

bool cpu_is_isolated(int cpu)
{
	unit_require(isolation_is_known);

	return cpu < 32 && isolated >> cpu & 1;
}

bool tick_nohz_full_cpu(int cpu)
{
	return cpu < 32 && tickless >> cpu & 1;
}

void pvsched_note_use(unsigned int cpus, unsigned int of)
{
	used = cpus;
	foldable = of;
}

u64 local_clock(void)
{
	return clock;
}

/* All of it on one CPU: the sum is what counts. */
u64 paravirt_steal_clock(int cpu)
{
	return cpu ? 0 : stolen;
}

void trace_pvsched_fold(u32 capacity, unsigned int from, unsigned int to, unsigned int all)
{
	traced++;
}

unsigned int unit_cpumask_next(const struct cpumask *mask, unsigned int from)
{
	while (from < nr_cpu_ids && !cpumask_test_cpu(from, mask))
		from++;

	return from;
}

int sysfs_match_string(const char * const *array, const char *string)
{
	return !strcmp(string, array[0]) ? 0 : !strcmp(string, array[1]) ? 1 : -EINVAL;
}

int kstrtobool(const char *s, bool *res)
{
	*res = *s == 'Y';

	return 0;
}

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
}

static int param__write(const char *name, const char *val)
{
	const struct kernel_param *kp = unit_find("param", name);

	return kp->ops->set(val, kp);
}

static int number__write(u64 val)
{
	const struct unit_attribute *file = unit_find("debugfs", "fold_capacity");

	return file->set(NULL, val);
}

/* The host writes what it publishes when it enters the guest on @cpu. */
static void record__write(int cpu, u32 capacity)
{
	struct pvsched_steal_time *st = (void *)&per_cpu(steal_time, cpu);

	st->version += 2;
	st->capacity = capacity;
}

static void host__says(u32 capacity)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		record__write(cpu, capacity);
}

static void tick(void)
{
	clock += TICK;
	unit_cpu = unit_cpumask_next(&active, unit_cpu + 1);
	if (unit_cpu >= (int)nr_cpu_ids)
		unit_cpu = unit_cpumask_next(&active, 0);
	pvsched_fold_tick(unit_cpu);
}

static void ticks(unsigned int ms)
{
	unsigned int i;

	for (i = 0; i < ms / 4; i++)
		tick();
}

/* The CPUs in use, as a bitmap */
static unsigned int in_use(void)
{
	return active.bits[0] & __cpu_preferred_mask.bits[0];
}

static void boot(unsigned int cpus)
{
	int (*init)(void) = unit_find("initcall", "pvsched_fold_hotplug_init");
	unsigned int cpu;

	nr_cpu_ids = cpus;
	for (cpu = 0; cpu < cpus; cpu++)
		active.bits[cpu / 64] |= BIT(cpu % 64);
	pvsched_fold_init();
	tick();
	isolation_is_known = true;
	unit_require(!init());
	pvsched_fold_debugfs(NULL);
	tick();
}

static void hotplug(unsigned int cpu, bool online)
{
	int (*callback)(unsigned int) = unit_find("cpuhp", online ? "online" : "offline");

	if (!online)
		active.bits[0] &= ~BIT(cpu);
	unit_require(!callback(cpu));
	if (online)
		active.bits[0] |= BIT(cpu);
}

TEST(follows_the_host)
{
	boot(8);
	host__says(8 * ONE);
	ticks(100);
	EXPECT_EQ(0xff, in_use());
	host__says(3 * ONE + 1);
	ticks(12);
	EXPECT_EQ(0x0f, in_use());
	EXPECT_EQ(4, settled);
	ticks(32);
	EXPECT_LT(0, helped);
	host__says(6 * ONE);
	ticks(4);
	EXPECT_EQ(0x3f, in_use());
	EXPECT_EQ(6, settled);
}

TEST(all_when_the_host_does_not_know)
{
	boot(8);
	host__says(2 * ONE);
	ticks(20);
	EXPECT_EQ(0x3, in_use());
	host__says(0);
	ticks(4);
	EXPECT_EQ(0xff, in_use());
}

/* The record is not updated any more. */
TEST(a_host_that_does_not_offer_it)
{
	boot(8);
	host__says(2 * ONE);
	ticks(20);
	EXPECT_EQ(0x3, in_use());
	offered = false;
	ticks(60);
	EXPECT_EQ(0xff, in_use());
	ticks(5000);
	EXPECT_EQ(0xff, in_use());
	offered = true;
	ticks(5000);
	EXPECT_EQ(0x3, in_use());
}

/* CPUID is an exit: 20 a second while folded, none while not. */
TEST(looks_at_cpuid_are_few)
{
	boot(8);
	host__says(8 * ONE);
	looks_at_cpuid = 0;
	ticks(1000);
	EXPECT_EQ(0, looks_at_cpuid);
	host__says(2 * ONE);
	ticks(1000);
	EXPECT_LE(looks_at_cpuid, 20);
	EXPECT_LE(15, looks_at_cpuid);
}

TEST(each_cpu_reads_its_own_record)
{
	boot(2);
	host__says(2 * ONE);
	while (unit_cpu != 1)
		tick();
	record__write(1, ONE);
	tick();
	EXPECT_EQ(2 * ONE, pvsched_host_capacity());
	tick();
	EXPECT_EQ(ONE, pvsched_host_capacity());
}

/* Two ticks at once: one looks. */
TEST(one_looks_at_a_time)
{
	boot(8);
	host__says(8 * ONE);
	tick();
	host__says(4 * ONE);
	unit_cpu = 5;
	pvsched_fold_tick(5);
	EXPECT_EQ(8 * ONE, pvsched_host_capacity());
	tick();
	EXPECT_EQ(4 * ONE, pvsched_host_capacity());
}

TEST(a_folded_cpu_looks_at_its_tasks)
{
	boot(4);
	host__says(2 * ONE);
	ticks(20);
	left = 0;
	ticks(16);
	EXPECT_EQ(2, left);
	helped = 0;
	ticks(200);
	helped = 0;
	ticks(100);
	EXPECT_EQ(0, helped);
}

TEST(switched_off_and_on)
{
	boot(8);
	host__says(2 * ONE);
	ticks(20);
	EXPECT_EQ(0, param__write("fold", "N"));
	EXPECT_EQ(0xff, in_use());
	ticks(100);
	EXPECT_EQ(0xff, in_use());
	EXPECT_EQ(0, param__write("fold", "Y"));
	EXPECT_EQ(0x3, in_use());
}

TEST(not_usable)
{
	usable = false;
	boot(8);
	host__says(2 * ONE);
	ticks(100);
	EXPECT_EQ(0xff, in_use());
	EXPECT_FALSE(pvsched_fold_hook.enabled);
	EXPECT_EQ(-EOPNOTSUPP, param__write("fold", "Y"));
	EXPECT_EQ(0, param__write("fold", "N"));
}

/* Without the number the scheduler is not hooked, but for another policy or a test. */
TEST(no_number_no_hook)
{
	offered = false;
	boot(8);
	EXPECT_FALSE(pvsched_fold_hook.enabled);
	EXPECT_EQ(0, number__write(4 * ONE));
	EXPECT_TRUE(pvsched_fold_hook.enabled);
	ticks(20);
	EXPECT_EQ(0xf, in_use());
	EXPECT_EQ(0, number__write(0));
	EXPECT_EQ(0xff, in_use());
	EXPECT_EQ(-ERANGE, number__write(1ull << 32));
}

TEST(by_steal_time)
{
	unsigned int i;

	offered = false;
	boot(8);
	EXPECT_EQ(-EINVAL, param__write("policy", "none"));
	EXPECT_EQ(0, param__write("policy", "steal"));
	EXPECT_TRUE(pvsched_fold_hook.enabled);
	ticks(1004);
	for (i = 0; i < 250; i++) {
		stolen += 8 * TICK / 10;
		tick();
	}
	EXPECT_EQ(0x7f, in_use());
	ticks(2008);
	EXPECT_EQ(0xff, in_use());
	EXPECT_EQ(0, param__write("policy", "host"));
	ticks(100);
	EXPECT_EQ(0xff, in_use());
}

/* As a parameter of the command line, which is parsed early. */
TEST(another_policy_from_the_start)
{
	active.bits[0] = 0xff;
	pvsched_fold_init();
	EXPECT_EQ(0, param__write("policy", "steal"));
	tick();
	EXPECT_FALSE(pvsched_fold_hook.enabled);
	offered = false;
	boot(8);
	EXPECT_TRUE(pvsched_fold_hook.enabled);
}

TEST(cpus_that_go_and_come)
{
	boot(8);
	host__says(2 * ONE);
	ticks(20);
	hotplug(1, false);
	ticks(4);
	EXPECT_EQ(0x5, in_use());
	EXPECT_TRUE(cpu_preferred(1));
	hotplug(1, true);
	ticks(8);
	EXPECT_EQ(0x3, in_use());
}

/* They may idle: others do not become fewer for them. */
TEST(isolated_cpus)
{
	isolated = 0xc0;
	boot(8);
	host__says(4 * ONE);
	ticks(20);
	EXPECT_EQ(0xcf, in_use());
	EXPECT_EQ(4, used);
	EXPECT_EQ(6, foldable);
	host__says(1);
	ticks(2020);
	EXPECT_EQ(0xc1, in_use());
	host__says(7 * ONE);
	ticks(2020);
	EXPECT_EQ(0xff, in_use());
	EXPECT_EQ(6, used);
}

TEST(cpus_without_a_tick)
{
	tickless = 0xc0;
	boot(8);
	host__says(4 * ONE);
	ticks(20);
	EXPECT_EQ(0xcf, in_use());
}

/* A partition comes and goes, of which nothing tells. */
TEST(cpus_that_become_isolated)
{
	boot(8);
	host__says(4 * ONE);
	ticks(20);
	EXPECT_EQ(0x0f, in_use());
	isolated = 0x30;
	ticks(120);
	EXPECT_EQ(0x3f, in_use());
	isolated = 0;
	ticks(120);
	EXPECT_EQ(0x0f, in_use());
}

/* A tick comes between the callback and the moment from which the CPU counts. */
TEST(a_cpu_that_becomes_active_later)
{
	boot(8);
	active.bits[0] = 0x7f;
	host__says(4 * ONE);
	ticks(20);
	EXPECT_TRUE(cpu_preferred(7));
	active.bits[0] = 0xff;
	ticks(4);
	EXPECT_EQ(0x0f, in_use());
}

/* A CPU reads the clock, another one looks, then it is the first one's turn. */
TEST(a_clock_that_is_behind)
{
	boot(8);
	host__says(8 * ONE);
	ticks(20);
	host__says(2 * ONE);
	tick();
	clock -= MS;
	host__says(3 * ONE);
	pvsched_fold_tick(unit_cpu);
	EXPECT_EQ(2 * ONE, pvsched_host_capacity());
	EXPECT_EQ(0xff, in_use());
	clock -= TICK;
	EXPECT_EQ(0, number__write(2 * ONE));
	EXPECT_EQ(0xff, in_use());
}

/* Interrupts are off: change few CPUs at once. */
TEST(many_cpus_in_steps)
{
	unsigned int most = 0, before;
	unsigned int i;

	boot(128);
	host__says(ONE);
	for (i = 0; i < 20; i++) {
		before = settled;
		tick();
		most = settled - before > most ? settled - before : most;
	}
	EXPECT_EQ(127, settled);
	EXPECT_EQ(64, most);
	EXPECT_EQ(1, in_use());
}

/* A number that changes at every entry */
TEST(a_hostile_host)
{
	unsigned int i;

	boot(8);
	traced = 0;
	for (i = 0; i < 2500; i++) {
		host__says(i * 2654435761u);
		tick();
		ASSERT_TRUE(in_use() & 1);
	}
	EXPECT_LE(traced, 10 * 8);
}

TEST_HARNESS_MAIN
