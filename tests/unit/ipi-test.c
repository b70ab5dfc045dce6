// SPDX-License-Identifier: GPL-2.0
/*
 * guest/ipi.c and guest/pvsched.c in user space: which targets a yield names,
 * how often one wait looks and yields, and what the guest does with a host that
 * refuses.
 *
 * Time is the number of PAUSE instructions. Each test decides when a call is done,
 * which vCPUs are off CPU, and what the host answers. Each test is a process of its
 * own and starts with the kernel's state at boot.
 */
#define TH_LOG_STREAM stdout
#include <stdarg.h>
#include "kselftest_harness.h"

#include <linux/pvsched_guest.h>
#include "internal.h"
#include "random.h"

#define MAX_CALLS	4096
#define NEVER		(~0ull)
#define ALL		(~0ull)

/* The bounds that ipi.c keeps in one wait. */
#define MAX_LOOKS	64
#define MAX_SPINS	8192
#define MAX_YIELDS	8
#define FIRST_SPINS	256

/*
 * The kernel, as this test decides it
 */
unsigned int nr_cpu_ids = 8;
int unit_cpu;
unsigned long jiffies = -10UL;
struct smp_ops smp_ops;
DEFINE_PER_CPU(u32, x86_cpu_to_apicid);
static DEFINE_PER_CPU(call_single_data_t, csds);

static u64 features = BIT(PVSCHED_FEATURE_YIELD) | BIT(KVM_FEATURE_STEAL_TIME);
static bool hint_realtime, has_mwait;
static u64 clock, clock_step = 1;
static u64 done_at[UNIT_MAX_CPUS];
static bool preempted[UNIT_MAX_CPUS], idle[UNIT_MAX_CPUS];
static long answer;
static void (*on_hypercall)(void);

static struct call {
	u64 lo, hi, first, reason, at;
} call[MAX_CALLS];

static unsigned int nr_calls, nr_base_sends, nr_native_sends, nr_warnings;
static unsigned int nr_looks;

bool kvm_para_has_feature(unsigned int feature)
{
	return features & BIT(feature);
}

bool kvm_para_has_hint(unsigned int feature)
{
	return feature == KVM_HINTS_REALTIME && hint_realtime;
}

bool boot_cpu_has(int feature)
{
	return feature == X86_FEATURE_MWAIT && has_mwait;
}

long kvm_hypercall4(unsigned int nr, unsigned long p1, unsigned long p2,
		    unsigned long p3, unsigned long p4)
{
	unit_require(nr == KVM_HC_PVSCHED_YIELD);
	unit_require(nr_calls < MAX_CALLS);
	call[nr_calls++] = (struct call){ p1, p2, p3, p4, clock };
	if (on_hypercall)
		on_hypercall();

	return answer;
}

bool vcpu_is_preempted(int cpu)
{
	unit_require(cpu >= 0 && cpu < nr_cpu_ids);
	nr_looks++;

	return preempted[cpu];
}

int idle_cpu(int cpu)
{
	unit_require(cpu >= 0 && cpu < nr_cpu_ids);
	return idle[cpu];
}

static void csd__update(int cpu)
{
	per_cpu(csds, cpu).node.u_flags = done_at[cpu] > clock ? CSD_FLAG_LOCK | 2 : 2;
}

static void csds__update(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		csd__update(cpu);
}

void cpu_relax(void)
{
	clock += clock_step;
	csds__update();
}

u64 local_clock(void)
{
	return clock;
}

void native_send_call_func_ipi(const struct cpumask *mask)
{
	/* The IPI goes out before the sender yields. */
	unit_require(!nr_calls);
	nr_native_sends++;
}

static void base_send(const struct cpumask *mask)
{
	nr_base_sends++;
}

unsigned int unit_cpumask_next(const struct cpumask *mask, unsigned int from)
{
	while (from < nr_cpu_ids && !(mask->bits[from / 64] >> from % 64 & 1))
		from++;

	return from;
}

int match_string(const char * const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (array[i] && !strcmp(array[i], string))
			return i;
	}

	return -EINVAL;
}

int kstrtobool(const char *s, bool *res)
{
	if (!s || !strchr("yY1nN0", *s) || !*s)
		return -EINVAL;
	*res = strchr("yY1", *s);

	return 0;
}

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

void unit_printk(const char *level, const char *fmt, ...)
{
	nr_warnings += !strcmp(level, "warn");
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	m->len += vsnprintf(m->text + m->len, sizeof(m->text) - m->len, fmt, args);
	va_end(args);
	unit_require(m->len < sizeof(m->text));
}

/* The other parts have tests of their own. */
void pvsched_lock_debugfs(struct dentry *dir)
{
}

void pvsched_fold_init(void)
{
}

void pvsched_fold_debugfs(struct dentry *dir)
{
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	unit_require(!strcmp(name, "pvsched"));
	return NULL;
}

/*
 * The guest
 */
static void guest__boot(unsigned int nr_cpus, const char *option)
{
	int (*parse)(char *arg) = unit_find("option", "pvsched");
	char copy[64];
	unsigned int cpu;

	nr_cpu_ids = nr_cpus;
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		per_cpu(x86_cpu_to_apicid, cpu) = cpu;
		done_at[cpu] = NEVER;
	}
	csds__update();
	smp_ops.send_call_func_ipi = base_send;

	if (option) {
		snprintf(copy, sizeof(copy), "%s", option);
		unit_require(!parse(copy));
	}
	pvsched_guest_init();
	((int (*)(void))unit_find("initcall", "pvsched_debugfs_init"))();
}

static int param__write(const char *name, const char *value)
{
	const struct kernel_param *kp = unit_find("param", name);

	return kp->ops->set(value, kp);
}

static bool param__is_on(const char *name)
{
	const struct kernel_param *kp = unit_find("param", name);
	char text[8];

	kp->ops->get(text, kp);
	return text[0] == 'Y';
}

static u64 counter(const char *name)
{
	const struct file_operations *fops = unit_find("debugfs", "stats");
	struct seq_file m = { };
	char *line, *rest = m.text;
	size_t len = strlen(name);

	unit_require(!fops->show(&m, NULL));
	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, name, len) && line[len] == ' ')
			return strtoull(line + len, NULL, 10);
	}
	unit_require(!"counter exists");

	return 0;
}

static void forget(void)
{
	nr_calls = 0;
	nr_base_sends = 0;
	nr_native_sends = 0;
	nr_looks = 0;
}

static struct cpumask mask;

static void mask__fill(unsigned int first, unsigned int last)
{
	memset(&mask, 0, sizeof(mask));
	for (; first <= last; first++)
		mask.bits[first / 64] |= BIT(first % 64);
}

static void send(void)
{
	forget();
	smp_ops.send_call_func_ipi(&mask);
}

static void wait_one(int cpu)
{
	forget();
	csds__update();
	pvsched_csd_wait(per_cpu_ptr(&csds, cpu), cpu);
}

static void wait_many(void)
{
	forget();
	csds__update();
	pvsched_csd_wait_many(&csds, &mask);
}

static bool call__names(const struct call *c, u32 apic_id)
{
	u64 bit = (u64)apic_id - c->first;

	return bit < 64 ? c->lo >> bit & 1 : bit < 128 && c->hi >> (bit - 64) & 1;
}

static unsigned int call__count(const struct call *c)
{
	return __builtin_popcountll(c->lo) + __builtin_popcountll(c->hi);
}

static unsigned int calls__naming(int cpu)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr_calls; i++)
		n += call__names(&call[i], per_cpu(x86_cpu_to_apicid, cpu));

	return n;
}

/* Each call is one that the host accepts, and worth its price. */
static void calls__require_sane(void)
{
	unsigned int i;

	for (i = 0; i < nr_calls; i++) {
		unit_require(call[i].reason == PVSCHED_YIELD_CALL_FUNC);
		unit_require(call[i].first <= U32_MAX);
		unit_require(call[i].first % PVSCHED_YIELD_MAX_TARGETS == 0);
		unit_require(call[i].lo | call[i].hi);
	}
}

/* Of the CPUs of the mask, exactly those off CPU, once each. */
static void calls__require_exact(void)
{
	unsigned int cpu, named = 0, i;
	bool wanted;

	calls__require_sane();
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		wanted = (mask.bits[cpu / 64] >> cpu % 64 & 1) && preempted[cpu] &&
			 per_cpu(csds, cpu).node.u_flags & CSD_FLAG_LOCK;
		unit_require(calls__naming(cpu) == wanted);
		named += wanted;
	}
	for (i = 0; i < nr_calls; i++)
		named -= call__count(&call[i]);
	unit_require(!named);
}

/*
 * Detection and switches
 */
FIXTURE(boot)
{
	int unused;
};

FIXTURE_VARIANT(boot)
{
	u64 features;
	bool hint_realtime, has_mwait;
	unsigned int nr_cpus;
	const char *option;
	bool on, lock, fold;
	unsigned int warnings;
};

#define BOTH	(BIT(PVSCHED_FEATURE_YIELD) | BIT(KVM_FEATURE_STEAL_TIME))
#define BOOT(name, ...)	FIXTURE_VARIANT_ADD(boot, name) { __VA_ARGS__ }

BOOT(offered, .features = BOTH, .nr_cpus = 8, .on = true, .lock = true, .fold = true);
BOOT(lock_named, .features = BOTH, .nr_cpus = 8, .option = "lock", .lock = true);
BOOT(both_named, .features = BOTH, .nr_cpus = 8, .option = "lock,ipi", .on = true, .lock = true);
BOOT(fold_named, .features = BOTH, .nr_cpus = 8, .option = "fold", .fold = true);
BOOT(named, .features = BOTH, .nr_cpus = 8, .option = "ipi", .on = true);
BOOT(two_cpus, .features = BOTH, .nr_cpus = 2, .on = true, .lock = true, .fold = true);
BOOT(off, .features = BOTH, .nr_cpus = 8, .option = "off");
BOOT(unknown_part, .features = BOTH, .nr_cpus = 8, .option = "nonsense", .warnings = 1);
BOOT(one_unknown, .features = BOTH, .nr_cpus = 8, .option = "x,ipi,y", .on = true,
     .warnings = 2);
BOOT(no_yield, .features = ALL & ~BIT(PVSCHED_FEATURE_YIELD), .nr_cpus = 8, .fold = true);
BOOT(no_record, .features = ALL & ~BIT(KVM_FEATURE_STEAL_TIME), .nr_cpus = 8);
BOOT(realtime, .features = BOTH, .nr_cpus = 8, .hint_realtime = true);
BOOT(mwait, .features = BOTH, .nr_cpus = 8, .has_mwait = true);
BOOT(one_cpu, .features = BOTH, .nr_cpus = 1);

FIXTURE_SETUP(boot)
{
	features = variant->features;
	hint_realtime = variant->hint_realtime;
	has_mwait = variant->has_mwait;
	guest__boot(variant->nr_cpus, variant->option);
	mask__fill(0, nr_cpu_ids - 1);
}

FIXTURE_TEARDOWN(boot)
{
}

TEST_F(boot, detection)
{
	bool offers_yield = (variant->features & BOTH) == BOTH && variant->nr_cpus > 1 &&
			    !variant->hint_realtime && !variant->has_mwait;
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		preempted[cpu] = true;

	EXPECT_EQ(variant->warnings, nr_warnings);
	EXPECT_EQ(variant->on, param__is_on("ipi"));
	/* The spinlock asks before it installs itself; see policy-test. */
	EXPECT_EQ(variant->lock, pvsched_part_usable(PVSCHED_PART_LOCK));
	EXPECT_EQ(variant->fold, pvsched_part_usable(PVSCHED_PART_FOLD));
	/* Without the yield, and without what it is for, no yield is made for a fold. */
	EXPECT_EQ(offers_yield, pvsched_yields_offered());
	EXPECT_EQ(variant->on, smp_ops.send_call_func_ipi != base_send);

	send();
	EXPECT_EQ(variant->on, nr_native_sends);
	EXPECT_EQ(!variant->on, nr_base_sends);
	EXPECT_EQ(variant->on, nr_calls);
	wait_one(0);
	EXPECT_EQ(variant->on, nr_calls > 0);

	/* An unusable part cannot be switched on later either. */
	EXPECT_EQ(variant->on ? 0 : -EOPNOTSUPP, param__write("ipi", "Y"));
	EXPECT_EQ(variant->on, param__is_on("ipi"));
	EXPECT_EQ(0, param__write("ipi", "N"));
}

FIXTURE(ipi)
{
	int unused;
};

FIXTURE_SETUP(ipi)
{
	guest__boot(8, NULL);
	mask__fill(1, 7);
}

FIXTURE_TEARDOWN(ipi)
{
}

TEST_F(ipi, switch)
{
	preempted[3] = true;
	EXPECT_EQ(-EINVAL, param__write("ipi", "maybe"));
	EXPECT_EQ(-EINVAL, param__write("stats", "maybe"));
	EXPECT_TRUE(param__is_on("ipi"));
	EXPECT_TRUE(pvsched_csd_on);

	/* Off: the base sends, and a wait costs two branches. */
	EXPECT_EQ(0, param__write("ipi", "N"));
	EXPECT_FALSE(pvsched_csd_on);
	send();
	EXPECT_EQ(1, nr_base_sends);
	EXPECT_EQ(0, nr_native_sends);
	wait_one(3);
	wait_many();
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(0, nr_looks);
	EXPECT_EQ(0, clock);

	EXPECT_EQ(0, param__write("ipi", "Y"));
	send();
	EXPECT_EQ(0, nr_base_sends);
	EXPECT_EQ(1, nr_native_sends);
	EXPECT_EQ(1, nr_calls);
}

/*
 * Targets
 */
TEST_F(ipi, no_target_off_cpu)
{
	send();
	EXPECT_EQ(1, nr_native_sends);
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(0, counter("ipi_yields"));
}

/*
 * All preempted targets in one call, also one with its idle task current: it is
 * runnable, and no wake-up will come for it.
 */
TEST_F(ipi, all_preempted)
{
	preempted[0] = true;
	preempted[2] = true;
	preempted[4] = true;
	preempted[5] = true;
	idle[4] = true;
	idle[6] = true;
	send();
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(BIT(2) | BIT(4) | BIT(5), call[0].lo);
	calls__require_exact();
	EXPECT_EQ(1, counter("ipi_yields"));
	EXPECT_EQ(1, counter("hypercalls"));
}

TEST_F(ipi, directed_is_summed)
{
	preempted[2] = true;
	answer = 3;
	send();
	unit_cpu = 5;
	answer = 4;
	send();
	EXPECT_EQ(7, counter("directed"));
	EXPECT_EQ(2, counter("hypercalls"));
	EXPECT_EQ(0, counter("hypercalls_refused"));
}

/* A VM without holes in its IDs needs one call for 128 CPUs. */
TEST(windows_without_holes)
{
	unsigned int cpu;

	guest__boot(512, NULL);
	for (cpu = 0; cpu < 512; cpu++)
		preempted[cpu] = true;

	mask__fill(0, 127);
	send();
	EXPECT_EQ(1, nr_calls);
	calls__require_exact();

	mask__fill(127, 128);
	send();
	EXPECT_EQ(2, nr_calls);
	calls__require_exact();

	mask__fill(0, 511);
	send();
	EXPECT_EQ(4, nr_calls);
	calls__require_exact();
}

/* To CPUs with these APIC IDs, all of them off CPU. */
static void send_to_ids(const u32 *id, unsigned int nr)
{
	unsigned int cpu;

	guest__boot(nr, NULL);
	for (cpu = 0; cpu < nr; cpu++) {
		per_cpu(x86_cpu_to_apicid, cpu) = id[cpu];
		preempted[cpu] = true;
	}
	mask__fill(0, nr - 1);
	send();
}

TEST(windows_with_holes)
{
	static const u32 id[] = { 0, 63, 64, 127, 128, 400, 1 << 20, U32_MAX - 127,
				  U32_MAX };

	send_to_ids(id, ARRAY_SIZE(id));
	EXPECT_EQ(5, nr_calls);
	calls__require_exact();
}

/* CPU numbers need not follow APIC IDs. */
TEST(windows_unordered)
{
	static const u32 id[] = { 130, 3, 129, 2, 300, 1, 0, 128 };

	send_to_ids(id, ARRAY_SIZE(id));
	calls__require_exact();
}

/*
 * Waiting
 */
/* For one target the IPI has just gone out: look at once. */
TEST_F(ipi, wait_backs_off)
{
	unsigned int i;
	u64 gap;

	preempted[3] = true;
	wait_one(3);
	EXPECT_EQ(MAX_YIELDS, nr_calls);
	EXPECT_EQ(0, call[0].at);
	for (i = 1, gap = 1; i < nr_calls; i++, gap *= 2) {
		EXPECT_EQ(gap, call[i].at - call[i - 1].at);
		EXPECT_EQ(BIT(3), call[i].lo);
	}
	EXPECT_EQ(1, counter("ipi_wait_capped"));
	EXPECT_EQ(MAX_YIELDS, counter("ipi_wait_yields"));
	EXPECT_EQ(0, counter("ipi_yields"));
}

/* For many targets the sender has yielded already: look later. */
TEST_F(ipi, wait_many_backs_off)
{
	u64 gap = FIRST_SPINS, last = 0;
	unsigned int i;

	preempted[3] = true;
	preempted[5] = true;
	wait_many();
	EXPECT_EQ(MAX_YIELDS, nr_calls);
	for (i = 0; i < nr_calls; i++) {
		EXPECT_EQ(gap, call[i].at - last);
		EXPECT_EQ(BIT(3) | BIT(5), call[i].lo);
		last = call[i].at;
		gap = gap * 2 < MAX_SPINS ? gap * 2 : MAX_SPINS;
	}
	EXPECT_EQ(1, counter("ipi_wait_capped"));
}

TEST_F(ipi, wait_limits)
{
	static const u32 limit[] = { 0, 1, 3, 63, 64, 1000, U32_MAX };
	unsigned int i;

	EXPECT_EQ(MAX_YIELDS, unit_ipi_max_yields);
	EXPECT_EQ(FIRST_SPINS, unit_ipi_first_spins);
	preempted[3] = true;

	for (i = 0; i < ARRAY_SIZE(limit); i++) {
		unit_ipi_max_yields = limit[i];
		wait_one(3);
		EXPECT_EQ(limit[i] < MAX_LOOKS ? limit[i] : MAX_LOOKS, nr_calls);
		EXPECT_LE(nr_looks, MAX_LOOKS);
	}

	unit_ipi_max_yields = 1;
	unit_ipi_first_spins = 10;
	clock = 0;
	wait_many();
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(10, call[0].at);
}

/* A target that runs and never answers is the base's to report. */
TEST_F(ipi, wait_ends)
{
	wait_one(3);
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(MAX_LOOKS, nr_looks);
	EXPECT_LE(clock, MAX_LOOKS * MAX_SPINS);
	EXPECT_EQ(1, counter("ipi_wait_capped"));
}

TEST_F(ipi, wait_done)
{
	preempted[3] = true;
	done_at[3] = 0;
	wait_one(3);
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(0, clock);

	mask__fill(3, 3);
	wait_many();
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(0, clock);
	EXPECT_EQ(0, counter("ipi_wait_capped"));
}

/* Return when the last target is done, and name no target that was done before. */
TEST_F(ipi, wait_names_the_unfinished)
{
	unsigned int cpu, i;

	for (cpu = 1; cpu < 8; cpu++) {
		preempted[cpu] = true;
		done_at[cpu] = cpu * 300;
	}
	wait_many();
	EXPECT_EQ(7 * 300, clock);
	EXPECT_GT(nr_calls, 1);
	for (i = 0; i < nr_calls; i++) {
		for (cpu = 1; cpu < 8; cpu++) {
			EXPECT_EQ(done_at[cpu] > call[i].at,
				  call__names(&call[i], cpu));
		}
	}
	EXPECT_EQ(0, counter("ipi_wait_capped"));
}

static void run_target(void)
{
	preempted[3] = false;
	done_at[3] = clock + 50;
}

TEST_F(ipi, wait_stops_when_target_runs)
{
	preempted[3] = true;
	on_hypercall = run_target;
	wait_one(3);
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(50, clock);
}

TEST_F(ipi, wait_for_idle)
{
	idle[3] = true;
	wait_one(3);
	EXPECT_EQ(0, nr_calls);
	preempted[3] = true;
	wait_one(3);
	EXPECT_EQ(MAX_YIELDS, nr_calls);
	EXPECT_EQ(BIT(3), call[0].lo);
}

/* A csd that is still in use: the wait is for the target of the call before. */
TEST_F(ipi, csd_lock)
{
	call_single_data_t *csd = per_cpu_ptr(&csds, 0);

	preempted[3] = true;
	preempted[5] = true;
	done_at[0] = 0;
	csds__update();
	pvsched_csd_lock(csd, 3);
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(0, clock);

	done_at[0] = NEVER;
	csds__update();
	pvsched_csd_lock(csd, 5);
	EXPECT_EQ(MAX_YIELDS, nr_calls);
	EXPECT_EQ(BIT(3), call[0].lo);
	forget();
	pvsched_csd_lock(csd, 3);
	EXPECT_EQ(BIT(5), call[0].lo);

	/* Each CPU has a csd of its own. */
	unit_cpu = 1;
	forget();
	pvsched_csd_lock(csd, 3);
	EXPECT_EQ(0, nr_calls);
}

TEST_F(ipi, csd_lock_many)
{
	preempted[3] = true;
	done_at[3] = 0;
	csds__update();
	pvsched_csd_lock_many(per_cpu_ptr(&csds, 3), 3);
	EXPECT_EQ(0, nr_calls);

	done_at[3] = NEVER;
	csds__update();
	pvsched_csd_lock_many(per_cpu_ptr(&csds, 3), 3);
	EXPECT_EQ(MAX_YIELDS, nr_calls);
	EXPECT_EQ(BIT(3), call[0].lo);
}

TEST_F(ipi, csd_lock_off)
{
	preempted[3] = true;
	EXPECT_EQ(0, param__write("ipi", "N"));
	pvsched_csd_lock(per_cpu_ptr(&csds, 3), 3);
	pvsched_csd_lock(per_cpu_ptr(&csds, 3), 3);
	pvsched_csd_lock_many(per_cpu_ptr(&csds, 3), 3);
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(0, nr_looks);
	EXPECT_EQ(0, clock);
}

/*
 * A host that refuses
 */
TEST_F(ipi, refused)
{
	preempted[3] = true;
	answer = -KVM_EOPNOTSUPP;
	send();
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(1, counter("hypercalls_refused"));
	EXPECT_EQ(0, counter("directed"));

	/* For a second the base does it, across the wrap of jiffies. */
	answer = 1;
	jiffies += HZ;
	send();
	EXPECT_EQ(0, nr_calls);
	EXPECT_EQ(1, nr_base_sends);
	EXPECT_EQ(0, nr_native_sends);
	wait_one(3);
	EXPECT_EQ(0, nr_calls);

	/* Then the host is asked again, and forgiven. */
	jiffies++;
	send();
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(0, nr_base_sends);
	send();
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(2, counter("directed"));
	EXPECT_EQ(1, counter("hypercalls_refused"));
}

TEST_F(ipi, refused_again)
{
	unsigned int second, calls = 0;

	preempted[3] = true;
	answer = -KVM_ENOSYS;
	for (second = 0; second < 100 * HZ; second++) {
		send();
		calls += nr_calls;
		jiffies++;
	}
	EXPECT_LE(calls, 100);
	EXPECT_GE(calls, 99);
	EXPECT_EQ(calls, counter("hypercalls_refused"));
}

TEST_F(ipi, refused_while_waiting)
{
	preempted[3] = true;
	answer = -KVM_EINVAL;
	wait_one(3);
	EXPECT_EQ(1, nr_calls);
	EXPECT_LE(clock, 1);
}

/* Zero is no refusal: no target needed a CPU. */
TEST_F(ipi, no_target_needed_help)
{
	preempted[3] = true;
	answer = 0;
	send();
	send();
	EXPECT_EQ(1, nr_calls);
	EXPECT_EQ(0, counter("hypercalls_refused"));
}

/*
 * A yield without a target
 */
TEST_F(ipi, untargeted)
{
	pvsched_yield_untargeted(PVSCHED_YIELD_LOCK_HOLDER);
	ASSERT_EQ(1, nr_calls);
	EXPECT_EQ(0, call__count(&call[0]));
	EXPECT_EQ(PVSCHED_YIELD_LOCK_HOLDER, call[0].reason);
	EXPECT_EQ(1, counter("hypercalls"));
	EXPECT_EQ(answer, counter("directed"));

	answer = -KVM_EOPNOTSUPP;
	pvsched_yield_untargeted(PVSCHED_YIELD_LOCK_HOLDER);
	EXPECT_EQ(1, counter("hypercalls_refused"));
	EXPECT_FALSE(pvsched_host_answers());
}

/*
 * Measuring
 */
TEST_F(ipi, stats)
{
	done_at[3] = 1000;
	wait_one(3);
	EXPECT_EQ(0, counter("ipi_waits"));

	EXPECT_EQ(0, param__write("stats", "Y"));
	done_at[3] = clock + 100000;
	wait_one(3);
	EXPECT_EQ(1, counter("ipi_waits"));
	EXPECT_EQ(100000, counter("ipi_wait_ns"));

	/* Off is measured by the same clock, and nothing yields. */
	EXPECT_EQ(0, param__write("ipi", "N"));
	preempted[3] = true;
	done_at[3] = clock + 5000;
	wait_one(3);
	EXPECT_EQ(2, counter("ipi_waits"));
	EXPECT_EQ(105000, counter("ipi_wait_ns"));
	EXPECT_EQ(0, nr_calls);

	mask__fill(3, 3);
	done_at[3] = clock + 7;
	wait_many();
	EXPECT_EQ(3, counter("ipi_waits"));
	EXPECT_EQ(105007, counter("ipi_wait_ns"));

	EXPECT_EQ(0, param__write("stats", "N"));
	wait_one(3);
	EXPECT_EQ(3, counter("ipi_waits"));
}

/* The base reports a CPU that never answers: measure for a second at most. */
TEST_F(ipi, stats_end)
{
	EXPECT_EQ(0, param__write("stats", "Y"));
	EXPECT_EQ(0, param__write("ipi", "N"));
	clock_step = 100000;
	wait_one(3);
	EXPECT_EQ(1, counter("ipi_waits"));
	EXPECT_EQ(1000000000, counter("ipi_wait_ns"));
	EXPECT_LE(clock, 2000000000);

	EXPECT_EQ(0, param__write("ipi", "Y"));
	preempted[3] = true;
	wait_one(3);
	EXPECT_EQ(2, counter("ipi_waits"));
	EXPECT_EQ(2000000000, counter("ipi_wait_ns"));
}

TEST_F(ipi, stats_of_all_cpus)
{
	preempted[3] = true;
	for (unit_cpu = 0; unit_cpu < 8; unit_cpu++)
		send();
	EXPECT_EQ(8, counter("ipi_yields"));
	EXPECT_EQ(8, counter("hypercalls"));
}

/*
 * Any machine
 */
/* IDs are distinct and in any order: an odd factor permutes 2^32. */
static void random_machine(void)
{
	u32 factor = random_u64() | 1, offset = random_u64();
	unsigned int cpu;

	if (random_u64() & 1)
		factor = 1 + 2 * (random_u64() % 4);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		per_cpu(x86_cpu_to_apicid, cpu) = cpu * factor + offset;
		preempted[cpu] = random_u64() & 1;
		idle[cpu] = !(random_u64() % 4);
		done_at[cpu] = random_u64() % 4 ? NEVER : clock;
	}
	for (cpu = 0; cpu < UNIT_MAX_CPUS / 64; cpu++)
		mask.bits[cpu] = random_u64() & random_u64();
	csds__update();
}

TEST(any_machine)
{
	unsigned int round;

	guest__boot(200, NULL);
	unit_ipi_max_yields = 1;
	unit_ipi_first_spins = 0;

	for (round = 0; round < 300; round++) {
		random_machine();
		/* A wait with one yield names the same as a send does. */
		wait_many();
		calls__require_exact();
	}
}

TEST_HARNESS_MAIN
