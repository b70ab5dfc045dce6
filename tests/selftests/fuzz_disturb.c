// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: what userspace does to the vCPUs while they run. None of it is
 * any business of the guest's, which must not notice.
 *
 * The kinds and their arguments follow from the seed; when they happen is up to
 * the scheduler.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "apic.h"
#include "fuzz_host.h"
#include "processor.h"
#include "test_util.h"

#define PARAMETERS	"/sys/module/kvm/parameters"
#define CGROUP		"/sys/fs/cgroup"
#define MAX_SWITCHES	32
#define NR_GROUPS	3

/* The C library has no struct for it. */
struct sched_attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static struct {
	char name[64];
	char value;			/* before the test */
} switches[MAX_SWITCHES];

static int nr_switches;
static const char *no_groups, *no_quotas, *no_hotplug;
static cpu_set_t allowed;
static int offline = -1;		/* the CPU that is, or -1 */
static uint64_t nr_relieved;

static int file__write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = -1;

	if (fd >= 0) {
		len = write(fd, text, strlen(text));
		close(fd);
	}

	return len < 0 ? -1 : 0;
}

/*
 * The host's switches
 */
static void switch__set(int n, char value)
{
	char path[128], text[2] = { value };

	snprintf(path, sizeof(path), PARAMETERS "/%.64s", switches[n].name);
	file__write(path, text);
}

/* All parameters of pvsched that are on. One that is off stays so, to try without it. */
static void switches__open(void)
{
	DIR *dir = opendir(PARAMETERS);
	struct dirent *entry;
	char path[320], value;
	int fd;

	while (dir && (entry = readdir(dir)) && nr_switches < MAX_SWITCHES) {
		snprintf(path, sizeof(path), PARAMETERS "/%s", entry->d_name);
		if (strncmp(entry->d_name, "pvsched_", 8) || strlen(entry->d_name) >= sizeof(switches->name))
			continue;
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 && read(fd, &value, 1) == 1 && value == 'Y') {
			strcpy(switches[nr_switches].name, entry->d_name);
			switches[nr_switches++].value = value;
		}
		if (fd >= 0)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

static void switches__restore(void)
{
	int i;

	for (i = 0; i < nr_switches; i++)
		switch__set(i, switches[i].value);
}

/*
 * Threads: CPU, group, policy
 */
static struct fuzz_thread *round__draw_thread(struct fuzz_round *round)
{
	return &round->thread[fuzz_below(&round->rng, round->config.nr_cpus)];
}

static void disturb__move(struct fuzz_round *round)
{
	struct fuzz_thread *t = round__draw_thread(round);
	uint64_t mask = fuzz_next(&round->rng);
	cpu_set_t set = allowed;
	int cpu;

	if (fuzz_one_in(&round->rng, 3))
		mask = BIT_ULL(mask % CPU_COUNT(&allowed));
	for (cpu = 0; cpu < 64; cpu++) {
		if (!(mask & BIT_ULL(cpu)))
			CPU_CLR(cpu, &set);
	}
	sched_setaffinity(t->tid, sizeof(set), CPU_COUNT(&set) ? &set : &allowed);
}

static void group__path(char *path, size_t size, int group, const char *file)
{
	snprintf(path, size, CGROUP "/pvsched_fuzz/%d/%s", group, file);
}

static void group__write(int group, const char *file, const char *text)
{
	char path[128];

	group__path(path, sizeof(path), group, file);
	file__write(path, text);
}

static const char *groups__open(void)
{
	char path[128], pid[16];
	int i;

	if (file__write(CGROUP "/cgroup.subtree_control", "+cpu"))
		return "cgroup v2 has no cpu controller at " CGROUP;
	if (mkdir(CGROUP "/pvsched_fuzz", 0755) && errno != EEXIST)
		return "cannot make a cgroup";
	snprintf(pid, sizeof(pid), "%d", getpid());
	file__write(CGROUP "/pvsched_fuzz/cgroup.procs", pid);
	for (i = 0; i < NR_GROUPS; i++) {
		group__path(path, sizeof(path), i, "");
		mkdir(path, 0755);
		group__write(i, "cgroup.type", "threaded");
	}
	if (file__write(CGROUP "/pvsched_fuzz/cgroup.subtree_control", "+cpu"))
		return "no threaded cgroups with a cpu controller";

	return NULL;
}

static void groups__close(void)
{
	char path[128], pid[16];
	int i;

	snprintf(pid, sizeof(pid), "%d", getpid());
	file__write(CGROUP "/cgroup.procs", pid);
	for (i = 0; i < NR_GROUPS; i++) {
		group__path(path, sizeof(path), i, "");
		rmdir(path);
	}
	rmdir(CGROUP "/pvsched_fuzz");
}

static void disturb__group(struct fuzz_round *round)
{
	int group = fuzz_below(&round->rng, NR_GROUPS);
	struct fuzz_thread *t = round__draw_thread(round);
	char text[32];

	if (no_groups)
		return;
	snprintf(text, sizeof(text), "%d", t->tid);
	if (fuzz_one_in(&round->rng, 4))
		file__write(CGROUP "/pvsched_fuzz/cgroup.threads", text);
	else
		group__write(group, "cgroup.threads", text);
	/* From a tenth of the default weight to ten times it. */
	snprintf(text, sizeof(text), "%u", 10 + fuzz_below(&round->rng, 990));
	group__write(group, "cpu.weight", text);
	if (no_quotas)
		return;
	if (fuzz_one_in(&round->rng, 2))
		snprintf(text, sizeof(text), "max 20000");
	else
		snprintf(text, sizeof(text), "%u 20000", 4000 + fuzz_below(&round->rng, 40000));
	group__write(group, "cpu.max", text);
}

static void disturb__policy(struct fuzz_round *round)
{
	static const uint32_t policy[] = { SCHED_OTHER, SCHED_OTHER, SCHED_OTHER, SCHED_BATCH, SCHED_IDLE };
	struct fuzz_thread *t = round__draw_thread(round);
	struct sched_attributes attr = {
		.size = sizeof(attr), .policy = policy[fuzz_below(&round->rng, ARRAY_SIZE(policy))],
		.nice = (int)fuzz_below(&round->rng, 40) - 20,
	};

	/* A slice of its own, from less to more than the scheduler allows. */
	if (fuzz_one_in(&round->rng, 2))
		attr.runtime = 50000ull << fuzz_below(&round->rng, 13);
	syscall(SYS_sched_setattr, t->tid, &attr, 0);
}

/* A real-time class for a moment: it does not share. */
static void disturb__real_time(struct fuzz_round *round)
{
	struct fuzz_thread *t = round__draw_thread(round);
	struct sched_attributes attr = { .size = sizeof(attr), .policy = SCHED_RR, .priority = 1 };

	syscall(SYS_sched_setattr, t->tid, &attr, 0);
	usleep(fuzz_below(&round->rng, 2000));
	attr = (struct sched_attributes){ .size = sizeof(attr), .policy = SCHED_OTHER };
	syscall(SYS_sched_setattr, t->tid, &attr, 0);
}

/* Go ahead of all that is disturbed. */
void fuzz_disturb__hurry(void)
{
	struct sched_attributes attr = { .size = sizeof(attr), .policy = SCHED_RR, .priority = 2 };

	syscall(SYS_sched_setattr, 0, &attr, 0);
}

/* All threads alike, on all CPUs. What may sleep is left as it is. */
void fuzz_disturb__relieve(struct fuzz_round *round)
{
	struct sched_attributes attr = { .size = sizeof(attr), .policy = SCHED_OTHER };
	int i;

	for (i = 0; i < round->config.nr_cpus; i++) {
		if (!round->thread[i].tid || round->thread[i].done)
			continue;
		syscall(SYS_sched_setattr, round->thread[i].tid, &attr, 0);
		sched_setaffinity(round->thread[i].tid, sizeof(allowed), &allowed);
	}
	nr_relieved++;
}

/*
 * vCPUs: stop and go, state
 */
static void disturb__kick(struct fuzz_round *round)
{
	struct fuzz_thread *t = round__draw_thread(round);

	atomic_fetch_or(&t->requests, BIT(1 + fuzz_below(&round->rng, 3)));
	fuzz_thread__kick(t);
}

void fuzz_vcpu__replay_registers(struct fuzz_thread *t)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	vcpu_regs_get(t->vcpu, &regs);
	vcpu_regs_set(t->vcpu, &regs);
	if (READ_ONCE(t->cpu->in_nested))
		return;
	vcpu_sregs_get(t->vcpu, &sregs);
	vcpu_sregs_set(t->vcpu, &sregs);
}

/* The same CPUID may be set again, another one not once the vCPU has run. */
void fuzz_vcpu__replay_cpuid(struct fuzz_thread *t)
{
	struct kvm_cpuid_entry2 *leaf = vcpu_get_cpuid_entry(t->vcpu, KVM_CPUID_FEATURES);
	int ret;

	if (!READ_ONCE(t->cpu->op) || READ_ONCE(t->cpu->in_nested))
		return;
	TEST_ASSERT(!__vcpu_set_cpuid(t->vcpu), "the same CPUID cannot be set again");
	leaf = vcpu_get_cpuid_entry(t->vcpu, KVM_CPUID_FEATURES);
	leaf->eax ^= BIT(KVM_FEATURE_STEAL_TIME);
	ret = __vcpu_ioctl(t->vcpu, KVM_SET_CPUID2, t->vcpu->cpuid);
	leaf->eax ^= BIT(KVM_FEATURE_STEAL_TIME);
	TEST_ASSERT(ret, "another CPUID could be set after KVM_RUN");
}

/* What a VMM saves and restores, less what the library's helpers do not need here. */
static void thread__replay(struct fuzz_thread *t)
{
	static const uint32_t msrs[] = { MSR_KVM_STEAL_TIME, MSR_KVM_PV_EOI_EN, MSR_IA32_TSC_DEADLINE };
	uint64_t value[ARRAY_SIZE(msrs)];
	struct kvm_vcpu_events events;
	struct kvm_mp_state state;
	struct kvm_lapic_state lapic;
	int i;

	if (t->done || t->cpu->in_nested)
		return;
	vcpu_mp_state_get(t->vcpu, &state);
	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		value[i] = vcpu_get_msr(t->vcpu, msrs[i]);
	vcpu_ioctl(t->vcpu, KVM_GET_LAPIC, &lapic);
	vcpu_events_get(t->vcpu, &events);
	fuzz_vcpu__replay_registers(t);
	vcpu_events_set(t->vcpu, &events);
	vcpu_ioctl(t->vcpu, KVM_SET_LAPIC, &lapic);
	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		_vcpu_set_msr(t->vcpu, msrs[i], value[i]);
	vcpu_mp_state_set(t->vcpu, &state);
}

static void disturb__replay(struct fuzz_round *round)
{
	int i;

	fuzz_round__park(round);
	for (i = 0; i < round->config.nr_cpus; i++)
		thread__replay(&round->thread[i]);
	fuzz_round__resume(round);
}

/*
 * The VM: memory, filters
 */
static void ring__harvest(struct kvm_vcpu *vcpu, uint32_t *index)
{
	struct kvm_dirty_gfn *gfn, *gfns = vcpu->dirty_gfns;

	for (;; (*index)++) {
		gfn = &gfns[*index % (FUZZ_RING_SIZE / sizeof(*gfn))];
		if (__atomic_load_n(&gfn->flags, __ATOMIC_ACQUIRE) != KVM_DIRTY_GFN_F_DIRTY)
			break;
		__atomic_store_n(&gfn->flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
	}
}

void fuzz_round__harvest(struct fuzz_round *round)
{
	int i;

	pthread_mutex_lock(&round->ring_lock);
	for (i = 0; i < round->config.nr_cpus; i++)
		ring__harvest(round->thread[i].vcpu, &round->thread[i].ring_index);
	kvm_vm_reset_dirty_ring(round->vm);
	pthread_mutex_unlock(&round->ring_lock);
}

static void disturb__dirty(struct fuzz_round *round)
{
	static uint64_t bitmap[4096];
	int slot = fuzz_one_in(&round->rng, 2) ? 0 : FUZZ_AREA_SLOT;
	bool on = !fuzz_one_in(&round->rng, 3);

	vm_mem_region_set_flags(round->vm, slot, on ? KVM_MEM_LOG_DIRTY_PAGES : 0);
	if (round->ring)
		fuzz_round__harvest(round);
	else if (on)
		kvm_vm_get_dirty_log(round->vm, slot, bitmap);
}

static void disturb__scratch(struct fuzz_round *round)
{
	fuzz_round__set_scratch(round, false, 0);
	usleep(fuzz_below(&round->rng, 500));
	fuzz_round__set_scratch(round, true, fuzz_one_in(&round->rng, 2) ? KVM_MEM_LOG_DIRTY_PAGES : 0);
}

static void disturb__filter(struct fuzz_round *round)
{
	static const uint32_t msrs[] = { MSR_KVM_STEAL_TIME, MSR_KVM_PV_EOI_EN, MSR_IA32_TSC_DEADLINE,
					 APIC_BASE_MSR + (APIC_ICR >> 4) };
	static uint8_t none[1];
	struct kvm_msr_filter filter = { .flags = KVM_MSR_FILTER_DEFAULT_ALLOW };
	int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		if (!fuzz_one_in(&round->rng, 3))
			continue;
		filter.ranges[n++] = (struct kvm_msr_filter_range){
			.flags = 1 + fuzz_below(&round->rng, 3), .base = msrs[i], .nmsrs = 1, .bitmap = none,
		};
	}
	vm_ioctl(round->vm, KVM_X86_SET_MSR_FILTER, &filter);
}

/* CPUID of vCPUs that never ran may change: yields name them. */
static void disturb__idle_cpuid(struct fuzz_round *round)
{
	struct kvm_vcpu *vcpu = round->idle[fuzz_below(&round->rng, fuzz_nr_idle)];

	vcpu_get_cpuid_entry(vcpu, KVM_CPUID_FEATURES)->eax = fuzz_next(&round->rng);
	vcpu_set_cpuid(vcpu);
}

static void disturb__switches(struct fuzz_round *round)
{
	int n = fuzz_below(&round->rng, nr_switches ?: 1);
	char value = fuzz_one_in(&round->rng, 2) ? 'Y' : 'N';

	/* With the yield off it has another answer, which a round must expect. */
	if (n >= nr_switches || (!round->config.switches && !strcmp(switches[n].name, "pvsched_yield")))
		return;
	switch__set(n, value);
}

/*
 * The host's CPUs
 */
static int cpu__set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);

	return file__write(path, online ? "1" : "0");
}

static void disturb__hotplug(struct fuzz_round *round)
{
	int cpu = fuzz_below(&round->rng, CPU_COUNT(&allowed));

	if (no_hotplug)
		return;
	if (offline >= 0) {
		cpu__set_online(offline, true);
		offline = -1;
	} else if (cpu && !cpu__set_online(cpu, false)) {
		offline = cpu;
	}
}

static const char *hotplug__open(void)
{
	if (CPU_COUNT(&allowed) < 2)
		return "there is one CPU";

	return access("/sys/devices/system/cpu/cpu1/online", W_OK) ? "no CPU can be taken offline" : NULL;
}

static const struct {
	const char *name;
	void (*run)(struct fuzz_round *round);
	int weight;
} kinds[] = {
	{ "affinity", disturb__move, 30 },
	{ "cgroups", disturb__group, 20 },
	{ "policy, nice and slice", disturb__policy, 20 },
	{ "real-time class", disturb__real_time, 3 },
	{ "stop and go", disturb__kick, 40 },
	{ "save and restore", disturb__replay, 8 },
	{ "dirty logging", disturb__dirty, 6 },
	{ "memory that goes and comes", disturb__scratch, 8 },
	{ "MSR filter", disturb__filter, 12 },
	{ "CPUID", disturb__idle_cpuid, 6 },
	{ "switches", disturb__switches, 20 },
	{ "CPU hotplug", disturb__hotplug, 2 },
};

static uint64_t count[ARRAY_SIZE(kinds)];

static int disturb__draw(struct fuzz_round *round)
{
	int i, n, sum = 0;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		sum += kinds[i].weight;
	n = fuzz_below(&round->rng, sum);
	for (i = 0; n >= kinds[i].weight; i++)
		n -= kinds[i].weight;

	return i;
}

void *fuzz_disturb__thread(void *arg)
{
	struct fuzz_round *round = arg;
	int i, kind;

	fuzz_disturb__hurry();
	for (i = 0; i < round->config.nr_cpus; i++) {
		while (!round->thread[i].tid)
			usleep(100);
	}
	while (!round->stop) {
		usleep(100 + fuzz_below(&round->rng, 2000));
		kind = disturb__draw(round);
		kinds[kind].run(round);
		count[kind]++;
	}
	return NULL;
}

void fuzz_disturb__open(void)
{
	sched_getaffinity(0, sizeof(allowed), &allowed);
	switches__open();
	no_groups = groups__open();
	no_hotplug = hotplug__open();
	/* A quota switches a static key. */
	if (!fuzz_host_is_tcg())
		return;
	no_quotas = "QEMU's emulator trips over code that is patched while other CPUs run it";
	/*
	 * The kernel measures the emulated TSC twice, with different results. KVM
	 * that is built in has the first, and then no TSC for its guests, whose
	 * timers never fire.
	 */
	file__write(PARAMETERS "/tsc_tolerance_ppm", "100000");
}

/* As it was before the disturber, wherever that was stopped. */
void fuzz_disturb__restore(void)
{
	int cpu;

	switches__restore();
	for (cpu = 1; !no_hotplug && cpu < CPU_COUNT(&allowed); cpu++)
		cpu__set_online(cpu, true);
	offline = -1;
}

void fuzz_disturb__close(void)
{
	fuzz_disturb__restore();
	if (!no_groups)
		groups__close();
}

void fuzz_disturb__print(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		printf("# userspace: %s: %lu times\n", kinds[i].name, count[i]);
	printf("# userspace: relieved threads that made no progress: %lu times\n", nr_relieved);
	if (no_groups)
		printf("# skipped: cgroups: %s\n", no_groups);
	if (no_quotas)
		printf("# skipped: quotas of cgroups: %s\n", no_quotas);
	if (no_hotplug)
		printf("# skipped: CPU hotplug: %s\n", no_hotplug);
}
