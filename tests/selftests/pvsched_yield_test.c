// SPDX-License-Identifier: GPL-2.0
/*
 * The host's side of abi/pvsched.h, asked from a guest: what the yield
 * hypercall answers, what it counts, and what the steal-time record reports.
 *
 * The caller is a vCPU whose registers and segments the host sets before each
 * call, so that one stub of guest code makes every call: from 64-bit mode, from
 * a 32-bit code segment, from ring 3. Its siblings have APIC IDs with holes;
 * most of them never run.
 */
#include <asm/pvsched.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <asm/kvm_para.h>
#include <linux/kvm_para.h>

#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"

#include "pvsched_test.h"

#define X86_FEATURE_PVSCHED_YIELD	\
	KVM_X86_CPU_FEATURE(KVM_CPUID_FEATURES, 0, EAX, PVSCHED_FEATURE_YIELD)
#define X86_FEATURE_PVSCHED_OFF_CPU	\
	KVM_X86_CPU_FEATURE(KVM_CPUID_FEATURES, 0, EAX, PVSCHED_FEATURE_OFF_CPU)

#define X86_FEATURE_PVSCHED_CAPACITY	\
	KVM_X86_CPU_FEATURE(KVM_CPUID_FEATURES, 0, EAX, PVSCHED_FEATURE_CAPACITY)

#define SWITCH_YIELD	"/sys/module/kvm/parameters/pvsched_yield"
#define SWITCH_OFF_CPU	"/sys/module/kvm/parameters/pvsched_off_cpu"
#define SWITCH_CAPACITY	"/sys/module/kvm/parameters/pvsched_capacity"

/* A port that no device of the VM answers. */
#define STUB_PORT	0x10

/* Seconds to wait for what must come to pass. */
#define PATIENCE	60
#define TEST_LIMIT	150

#define GARBAGE		(0xdeadbeefull << 32)
#define ALL		(~0ull)
#define CALL_FUNC	PVSCHED_YIELD_CALL_FUNC

/*
 * APIC IDs of the caller and its siblings, the last beyond the xAPIC's. KVM
 * answers for its low byte too unless that is another's, as 127 is here.
 */
#define MAX_ID		(256 + 127)

static const uint32_t sibling_id[] = { 1, 2, 5, 63, 64, 127, 130, MAX_ID };

#define CALLER_ID	0
#define NR_SIBLINGS	ARRAY_SIZE(sibling_id)
/* Of those, how many lie below PVSCHED_YIELD_MAX_TARGETS. */
#define NR_NEAR		6

/*
 * Guest code
 */
extern char stub_vmcall[], stub_vmmcall[];

asm(".pushsection .text\n"
	".balign 64\n"
	"stub_vmcall:\n"
	"	vmcall\n"
	"	out %al, $0x10\n"
	"	ud2\n"
	"stub_vmmcall:\n"
	"	vmmcall\n"
	"	out %al, $0x10\n"
	"	ud2\n"
	".popsection\n");

static uint8_t guest_seen;
static uint8_t *guest_record;

/* Runs without an exit of its own. */
static void guest_spin(void)
{
	for (;;)
		asm volatile("");
}

static void guest_halt(void)
{
	for (;;)
		asm volatile("hlt");
}

static void guest_stop(void)
{
	GUEST_DONE();
}

/* Spend equal times inside and outside exits; look at the own record. */
static void guest_mixed(void)
{
	uint64_t phase = (uint64_t)guest_tsc_khz * 20;
	uint32_t eax, ebx, ecx, edx;

	for (;;) {
		WRITE_ONCE(guest_seen, guest_seen | READ_ONCE(*guest_record));
		if (rdtsc() / phase % 2)
			__cpuid(0, 0, &eax, &ebx, &ecx, &edx);
	}
}

/*
 * Counters
 */
enum {
	ASKED, DIRECTED, INVALID, SELF, ABSENT, IDLE, BOUND, SCHED, NR_COUNTERS
};

static const char * const counter_name[NR_COUNTERS] = {
	[ASKED]		= "pvsched_yield_asked",
	[DIRECTED]	= "pvsched_yield_directed",
	[INVALID]	= "pvsched_yield_invalid",
	[SELF]		= "pvsched_yield_refused_self",
	[ABSENT]	= "pvsched_yield_refused_absent",
	[IDLE]		= "pvsched_yield_refused_idle",
	[BOUND]		= "pvsched_yield_refused_bound",
	[SCHED]		= "pvsched_yield_refused_sched",
};

/* A vCPU in KVM_RUN gives out no file, so each is opened when it is made. */
static int stats_fd[MAX_ID + 1];

static uint64_t stat__read(struct kvm_vcpu *vcpu, const char *name)
{
	return stat__read_fd(stats_fd[vcpu->id], name);
}

static void counters__read(struct kvm_vcpu *vcpu, uint64_t *value)
{
	int i;

	for (i = 0; i < NR_COUNTERS; i++)
		value[i] = stat__read(vcpu, counter_name[i]);
}

/*
 * Switches
 */
static int switch__write(const char *path, const char *value)
{
	FILE *f = fopen(path, "w");
	int ret;

	if (!f)
		return -1;
	ret = fputs(value, f) < 0;

	return (fclose(f) || ret) ? -1 : 0;
}

/*
 * The caller
 */
enum mode { MODE_64, MODE_32, MODE_RING3 };

struct call {
	enum mode mode;
	uint64_t rbx, rcx, rdx, rsi;
};

static void caller__set_mode(struct kvm_vcpu *vcpu, enum mode mode)
{
	uint8_t dpl = mode == MODE_RING3 ? 3 : 0;
	struct kvm_sregs sregs;

	vcpu_sregs_get(vcpu, &sregs);
	sregs.cs.l = mode != MODE_32;
	sregs.cs.db = mode == MODE_32;
	sregs.cs.dpl = dpl;
	sregs.cs.selector = (sregs.cs.selector & ~3) | dpl;
	sregs.ss = sregs.ds;
	sregs.ss.dpl = dpl;
	sregs.ss.selector = (sregs.ds.selector & ~3) | dpl;
	vcpu_sregs_set(vcpu, &sregs);
}

/* Make a hypercall and return RAX. */
static uint64_t caller__hypercall(struct kvm_vcpu *vcpu, uint64_t nr,
				  const struct call *c)
{
	struct kvm_regs regs = {
		.rip = (uint64_t)(host_cpu_is_amd ? stub_vmmcall : stub_vmcall),
		.rax = nr, .rbx = c->rbx, .rcx = c->rcx, .rdx = c->rdx, .rsi = c->rsi,
		/* The stub ends with OUT, which ring 3 may not do without IOPL. */
		.rflags = X86_EFLAGS_FIXED | (c->mode == MODE_RING3 ? 3 << 12 : 0),
	};

	caller__set_mode(vcpu, c->mode);
	vcpu_regs_set(vcpu, &regs);
	vcpu_run(vcpu);
	TEST_ASSERT_KVM_EXIT_REASON(vcpu, KVM_EXIT_IO);
	TEST_ASSERT(vcpu->run->io.port == STUB_PORT, "exit by port %#x",
		    vcpu->run->io.port);
	vcpu_run_complete_io(vcpu);
	vcpu_regs_get(vcpu, &regs);

	return regs.rax;
}

static uint64_t caller__yield(struct kvm_vcpu *vcpu, const struct call *c)
{
	uint64_t high = c->mode == MODE_32 ? GARBAGE : 0;

	return caller__hypercall(vcpu, high | KVM_HC_PVSCHED_YIELD, c);
}

/*
 * Threads
 */
struct runner {
	_Atomic pid_t tid;
	struct kvm_vcpu *vcpu;
	int cpu;
};

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	TEST_ASSERT(!sched_setaffinity(0, sizeof(set), &set), "pin to CPU %d", cpu);
}

/* The nth CPU that this process may use, -1 if there are fewer. */
static int nth_cpu(int n)
{
	cpu_set_t set;
	int cpu;

	sched_getaffinity(0, sizeof(set), &set);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set) && !n--)
			return cpu;
	}

	return -1;
}

static void *runner__vcpu(void *arg)
{
	struct runner *r = arg;

	pin(r->cpu);
	r->tid = syscall(SYS_gettid);
	vcpu_run(r->vcpu);

	return NULL;
}

static void *runner__burn(void *arg)
{
	struct runner *r = arg;

	pin(r->cpu);
	r->tid = syscall(SYS_gettid);
	for (;;)
		asm volatile("");

	return NULL;
}

static void runner__start(struct runner *r, void *(*fn)(void *))
{
	pthread_t thread;

	TEST_ASSERT(!pthread_create(&thread, NULL, fn, r), "start a thread");
}

static bool runner__sleeps(struct runner *r)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", r->tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(f);

	return state == 'S';
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * The machine
 */
FIXTURE(yield)
{
	struct kvm_vm *vm;
	struct kvm_vcpu *caller;
	struct kvm_vcpu *sibling[NR_SIBLINGS];
};

static struct kvm_vcpu *vcpu__add(struct kvm_vm *vm, uint32_t id, void *code)
{
	struct kvm_vcpu *vcpu = vm_vcpu_add(vm, id, code);

	stats_fd[id] = vcpu_get_stats_fd(vcpu);

	return vcpu;
}

FIXTURE_SETUP(yield)
{
	struct kvm_lapic_state apic;
	int i;

	/* Off by default. It must be on when the host is asked what it supports. */
	switch__write(SWITCH_CAPACITY, "Y");
	self->vm = vm_create(NR_SIBLINGS + 1);
	/* Without it an ID beyond 255 is cut off. */
	vm_enable_cap(self->vm, KVM_CAP_X2APIC_API, KVM_X2APIC_API_USE_32BIT_IDS);
	self->caller = vcpu__add(self->vm, CALLER_ID, guest_stop);
	for (i = 0; i < NR_SIBLINGS; i++)
		self->sibling[i] = vcpu__add(self->vm, sibling_id[i], guest_spin);

	/* KVM knows the last one's ID from the next write to any APIC on. */
	vcpu_ioctl(self->caller, KVM_GET_LAPIC, &apic);
	vcpu_ioctl(self->caller, KVM_SET_LAPIC, &apic);
}

/* The threads that run vCPUs end with the process, and with them the VM. */
FIXTURE_TEARDOWN(yield)
{
}

#define PVSCHED_TEST(name)	TEST_F_TIMEOUT(yield, name, TEST_LIMIT)

/* Wait until a vCPU has entered the guest; from then on it stays in KVM_RUN. */
static bool vcpu__ran(struct kvm_vcpu *vcpu)
{
	double end = now() + PATIENCE;

	while (!stat__read(vcpu, "exits") && now() < end)
		usleep(1000);

	return stat__read(vcpu, "exits");
}

/* Make a call; check the answer and by how much each counter moved. */
static void check(struct __test_metadata *_metadata, FIXTURE_DATA(yield) *self,
		  const struct call *c, int64_t answer, const uint64_t *moved)
{
	uint64_t want = c->mode == MODE_32 ? (uint32_t)answer : (uint64_t)answer;
	uint64_t before[NR_COUNTERS], after[NR_COUNTERS];
	int i;

	counters__read(self->caller, before);
	EXPECT_EQ(want, caller__yield(self->caller, c)) {
		TH_LOG("mode %d rbx %#lx rcx %#lx rdx %#lx rsi %#lx", c->mode,
		       c->rbx, c->rcx, c->rdx, c->rsi);
	}
	counters__read(self->caller, after);
	for (i = 0; i < NR_COUNTERS; i++) {
		EXPECT_EQ(moved[i], after[i] - before[i]) {
			TH_LOG("%s, mode %d rbx %#lx rcx %#lx rdx %#lx rsi %#lx",
			       counter_name[i], c->mode, c->rbx, c->rcx, c->rdx, c->rsi);
		}
	}
}

#define CALL(...)	(&(struct call) { __VA_ARGS__ })
#define MOVED(...)	((const uint64_t [NR_COUNTERS]) { __VA_ARGS__ })
#define CHECK(c, answer, moved)	check(_metadata, self, c, answer, moved)

/*
 * Arguments
 */
PVSCHED_TEST(reasons)
{
	static const uint64_t good[] = {
		PVSCHED_YIELD_CALL_FUNC, PVSCHED_YIELD_QUEUE_HEAD,
		PVSCHED_YIELD_LOCK_HOLDER,
	};
	static const uint64_t bad[] = {
		0, PVSCHED_YIELD_CALL_FUNC | PVSCHED_YIELD_QUEUE_HEAD,
		PVSCHED_YIELD_REASONS, PVSCHED_YIELD_REASONS + 1, BIT_ULL(32),
		GARBAGE | CALL_FUNC, BIT_ULL(63), ALL,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		CHECK(CALL(.rsi = good[i]), 0, MOVED([ASKED] = 1));

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(CALL(.rbx = ALL, .rsi = bad[i]), -KVM_EINVAL, MOVED([INVALID] = 1));
}

PVSCHED_TEST(window)
{
	CHECK(CALL(.rbx = ALL, .rcx = ALL, .rdx = UINT32_MAX, .rsi = CALL_FUNC), 0,
	      MOVED([ASKED] = 1, [ABSENT] = 128));
	CHECK(CALL(.rbx = 1, .rdx = 1ull << 32, .rsi = CALL_FUNC), -KVM_EINVAL,
	      MOVED([INVALID] = 1));
	CHECK(CALL(.rbx = 1, .rdx = ALL, .rsi = CALL_FUNC), -KVM_EINVAL,
	      MOVED([INVALID] = 1));
}

PVSCHED_TEST(number_of_targets)
{
	CHECK(CALL(.rsi = CALL_FUNC), 0, MOVED([ASKED] = 1));
	CHECK(CALL(.rbx = 1 << 1, .rsi = CALL_FUNC), 0, MOVED([ASKED] = 1, [IDLE] = 1));
	CHECK(CALL(.rbx = ALL, .rcx = ALL, .rsi = CALL_FUNC), 0,
	      MOVED([ASKED] = 1, [SELF] = 1, [IDLE] = NR_NEAR,
		    [ABSENT] = 128 - 1 - NR_NEAR));
}

PVSCHED_TEST(self)
{
	CHECK(CALL(.rbx = 1 << CALLER_ID, .rsi = CALL_FUNC), 0,
	      MOVED([ASKED] = 1, [SELF] = 1));
}

/* Each sibling from each word of the bitmap, and its absent neighbours. */
PVSCHED_TEST(holes)
{
	static const uint32_t absent[] = { 3, 4, 6, 62, 65, 126, 128, 129, 131,
					   MAX_ID - 1, MAX_ID + 1, 1 << 20 };
	int i;

	for (i = 0; i < NR_SIBLINGS; i++) {
		CHECK(CALL(.rbx = 1, .rdx = sibling_id[i], .rsi = CALL_FUNC), 0,
		      MOVED([ASKED] = 1, [IDLE] = 1));
		if (sibling_id[i] >= 64)
			CHECK(CALL(.rcx = 1, .rdx = sibling_id[i] - 64, .rsi = CALL_FUNC),
			      0, MOVED([ASKED] = 1, [IDLE] = 1));
	}

	for (i = 0; i < ARRAY_SIZE(absent); i++)
		CHECK(CALL(.rbx = 1, .rdx = absent[i], .rsi = CALL_FUNC), 0,
		      MOVED([ASKED] = 1, [ABSENT] = 1));
}

/*
 * Callers
 */
PVSCHED_TEST(compat)
{
	struct call c = { .mode = MODE_32, .rdx = GARBAGE, .rsi = GARBAGE | CALL_FUNC };

	/* Upper halves name no vCPU. */
	c.rbx = GARBAGE | 1 << 5;
	c.rcx = GARBAGE;
	CHECK(&c, 0, MOVED([ASKED] = 1, [IDLE] = 1));

	/* RCX goes on at 32, where 64-bit mode has 64. */
	c.rbx = 0;
	c.rcx = BIT_ULL(63 - 32);
	CHECK(&c, 0, MOVED([ASKED] = 1, [IDLE] = 1));
	c.rcx = 1;
	CHECK(&c, 0, MOVED([ASKED] = 1, [ABSENT] = 1));

	/* 64 targets: the caller, 1, 2, 5 and 63 exist. */
	c.rbx = ALL;
	c.rcx = ALL;
	CHECK(&c, 0, MOVED([ASKED] = 1, [SELF] = 1, [IDLE] = 4, [ABSENT] = 59));

	c.rdx = UINT32_MAX;
	CHECK(&c, 0, MOVED([ASKED] = 1, [ABSENT] = 64));

	c.rsi = GARBAGE;
	CHECK(&c, -KVM_EINVAL, MOVED([INVALID] = 1));
}

PVSCHED_TEST(user_mode)
{
	struct call c = { .mode = MODE_RING3, .rbx = 1 << 1, .rsi = CALL_FUNC };

	page__allow_user(self->vm, (uint64_t)stub_vmcall);
	CHECK(&c, -KVM_EPERM, MOVED(0));

	/* Checked before the arguments. */
	c.rsi = 0;
	CHECK(&c, -KVM_EPERM, MOVED(0));

	/* The same stub from ring 0 is served: it was the ring. */
	c.mode = MODE_64;
	c.rsi = CALL_FUNC;
	CHECK(&c, 0, MOVED([ASKED] = 1, [IDLE] = 1));

	/* Checked before what is advertised. */
	self->caller = self->sibling[1];
	vcpu_clear_cpuid_feature(self->caller, X86_FEATURE_PVSCHED_YIELD);
	c.mode = MODE_RING3;
	CHECK(&c, -KVM_EPERM, MOVED(0));
}

PVSCHED_TEST(not_advertised)
{
	struct call c = { .rbx = 1 << 1, .rsi = CALL_FUNC };

	/* It is the guest's own CPUID that counts. */
	CHECK(&c, 0, MOVED([ASKED] = 1, [IDLE] = 1));

	self->caller = self->sibling[1];
	vcpu_clear_cpuid_feature(self->caller, X86_FEATURE_PVSCHED_YIELD);
	CHECK(&c, -KVM_ENOSYS, MOVED(0));

	/* Checked before the arguments. */
	c.rsi = 0;
	CHECK(&c, -KVM_ENOSYS, MOVED(0));
}

/* Restore the switch before any check can end the test. */
PVSCHED_TEST(switched_off)
{
	struct call c = { .rbx = 1 << 1, .rsi = CALL_FUNC };
	uint64_t before[NR_COUNTERS], after[NR_COUNTERS];
	struct kvm_cpuid2 *cpuid = allocate_kvm_cpuid2(MAX_NR_CPUID_ENTRIES);
	int64_t answer;
	bool offered;

	counters__read(self->caller, before);
	if (switch__write(SWITCH_YIELD, "N"))
		SKIP(return, "%s is not writable", SWITCH_YIELD);
	answer = caller__yield(self->caller, &c);
	kvm_ioctl(self->vm->kvm_fd, KVM_GET_SUPPORTED_CPUID, cpuid);
	offered = kvm_cpuid_has(cpuid, X86_FEATURE_PVSCHED_YIELD);
	ASSERT_EQ(0, switch__write(SWITCH_YIELD, "Y"));
	counters__read(self->caller, after);

	EXPECT_EQ(-KVM_EOPNOTSUPP, answer);
	EXPECT_FALSE(offered);
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));

	/* On again, for the same VM. */
	CHECK(&c, 0, MOVED([ASKED] = 1, [IDLE] = 1));
}

/* An old guest sees the base. */
PVSCHED_TEST(sched_yield)
{
	uint64_t before[NR_COUNTERS], after[NR_COUNTERS], tried;
	struct call c = { .rbx = sibling_id[0] };

	counters__read(self->caller, before);
	tried = stat__read(self->caller, "directed_yield_attempted");
	EXPECT_EQ(0, caller__hypercall(self->caller, KVM_HC_SCHED_YIELD, &c));
	EXPECT_EQ(tried + 1, stat__read(self->caller, "directed_yield_attempted"));
	counters__read(self->caller, after);
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
}

/*
 * Targets
 */
PVSCHED_TEST(stopped_target)
{
	vcpu_arch_set_entry_point(self->sibling[0], guest_stop);
	vcpu_run(self->sibling[0]);
	CHECK(CALL(.rbx = 1 << sibling_id[0], .rsi = CALL_FUNC), 0,
	      MOVED([ASKED] = 1, [IDLE] = 1));
}

PVSCHED_TEST(blocked_target)
{
	struct runner r = { .vcpu = self->sibling[0], .cpu = nth_cpu(0) };
	double end = now() + PATIENCE;
	int asleep = 0;

	/* From 7.3 on the first run of a vCPU on a CPU wakes up all others, for their clocks. */
	pin(nth_cpu(0));
	caller__yield(self->caller, CALL(.rbx = 1, .rsi = CALL_FUNC));

	vcpu_arch_set_entry_point(r.vcpu, guest_halt);
	runner__start(&r, runner__vcpu);
	/* One that was preempted on its way to sleep looks like a sleeper, for a while. */
	while (now() < end && asleep < 100) {
		asleep = stat__read(r.vcpu, "blocking") && runner__sleeps(&r) ? asleep + 1 : 0;
		usleep(1000);
	}
	ASSERT_EQ(1, stat__read(r.vcpu, "blocking"));

	CHECK(CALL(.rbx = 1 << sibling_id[0], .rsi = CALL_FUNC), 0,
	      MOVED([ASKED] = 1, [IDLE] = 1));
}

/* The caller runs, so a target that shares its only CPU does not. */
PVSCHED_TEST(preempted_target)
{
	struct runner r = { .vcpu = self->sibling[0], .cpu = nth_cpu(0) };
	int i;

	pin(r.cpu);
	runner__start(&r, runner__vcpu);
	ASSERT_TRUE(vcpu__ran(r.vcpu));

	for (i = 0; i < 5; i++)
		CHECK(CALL(.rbx = 1 << sibling_id[0], .rsi = CALL_FUNC), 1,
		      MOVED([ASKED] = 1, [DIRECTED] = 1));

	CHECK(CALL(.mode = MODE_32, .rbx = GARBAGE | 1 << sibling_id[0],
		   .rsi = CALL_FUNC), 1, MOVED([ASKED] = 1, [DIRECTED] = 1));
}

/* Two that wait for one CPU: serving both would serve only the last. */
PVSCHED_TEST(one_target_a_cpu)
{
	struct runner r[2] = {
		{ .vcpu = self->sibling[0], .cpu = nth_cpu(0) },
		{ .vcpu = self->sibling[1], .cpu = nth_cpu(0) },
	};
	uint64_t both = 1 << sibling_id[0] | 1 << sibling_id[1];
	int i;

	pin(r[0].cpu);
	for (i = 0; i < 2; i++) {
		runner__start(&r[i], runner__vcpu);
		ASSERT_TRUE(vcpu__ran(r[i].vcpu));
	}

	for (i = 0; i < 5; i++)
		CHECK(CALL(.rbx = both, .rsi = CALL_FUNC), 1,
		      MOVED([ASKED] = 1, [DIRECTED] = 1, [BOUND] = 1));
}

/* A caller alone on its CPU helps a target that waits elsewhere. */
PVSCHED_TEST(target_on_another_cpu)
{
	struct call c = { .rbx = 1 << sibling_id[0], .rsi = CALL_FUNC };
	struct runner target = { .vcpu = self->sibling[0], .cpu = nth_cpu(1) };
	struct runner burner = { .cpu = nth_cpu(1) };
	uint64_t before[NR_COUNTERS], after[NR_COUNTERS];
	uint64_t answer, served = 0, calls = 0;
	double end = now() + PATIENCE;

	if (nth_cpu(1) < 0)
		SKIP(return, "needs two CPUs");

	pin(nth_cpu(0));
	runner__start(&target, runner__vcpu);
	ASSERT_TRUE(vcpu__ran(target.vcpu));
	runner__start(&burner, runner__burn);

	counters__read(self->caller, before);
	while (served < 3 && now() < end) {
		answer = caller__yield(self->caller, &c);
		ASSERT_LE(answer, 1);
		served += answer;
		calls++;
	}
	counters__read(self->caller, after);

	EXPECT_GE(served, 3);
	EXPECT_EQ(calls, after[ASKED] - before[ASKED]);
	EXPECT_EQ(served, after[DIRECTED] - before[DIRECTED]);
	EXPECT_EQ(calls - served, after[IDLE] - before[IDLE] +
				  after[SCHED] - before[SCHED]);
}

/*
 * The steal-time record
 */
static volatile uint8_t *record__register(struct kvm_vm *vm, struct kvm_vcpu *vcpu)
{
	uint64_t gva = vm_alloc_page(vm);
	struct pvsched_steal_time *record = addr_gva2hva(vm, gva);

	guest_record = (uint8_t *)gva + offsetof(struct pvsched_steal_time, preempted);
	sync_global_to_guest(vm, guest_record);
	vcpu_set_msr(vcpu, MSR_KVM_STEAL_TIME, addr_gva2gpa(vm, gva) | KVM_MSR_ENABLED);

	return &record->preempted;
}

/* Share a CPU with a vCPU, and return a bitmap of the values its byte had. */
static void record__watch(struct __test_metadata *_metadata, struct kvm_vm *vm,
			  struct kvm_vcpu *vcpu, double seconds, uint64_t want,
			  uint64_t seen[4])
{
	struct runner target = { .vcpu = vcpu, .cpu = nth_cpu(1) };
	struct runner burner = { .cpu = nth_cpu(1) };
	volatile uint8_t *preempted = record__register(vm, vcpu);
	double end = now() + seconds;
	uint8_t value;

	memset(seen, 0, 4 * sizeof(*seen));
	vcpu_arch_set_entry_point(vcpu, guest_mixed);
	pin(nth_cpu(0));
	runner__start(&burner, runner__burn);
	runner__start(&target, runner__vcpu);
	ASSERT_TRUE(vcpu__ran(vcpu));

	while (now() < end && ((seen[0] & want) != want || (want && !(seen[2] & 1)))) {
		value = *preempted;
		seen[value / 64] |= BIT_ULL(value % 64);
	}
}

#define SEEN(seen, value)	(!!((seen)[(value) / 64] & BIT_ULL((value) % 64)))

PVSCHED_TEST(off_cpu)
{
	uint64_t seen[4], want = BIT_ULL(0) | BIT_ULL(PVSCHED_VCPU_PREEMPTED);

	if (nth_cpu(1) < 0)
		SKIP(return, "needs two CPUs");
	if (!kvm_cpu_has(X86_FEATURE_PVSCHED_OFF_CPU))
		SKIP(return, "the host does not offer the off-CPU report; see %s",
		     SWITCH_OFF_CPU);

	record__watch(_metadata, self->vm, self->sibling[0], PATIENCE, want, seen);

	EXPECT_TRUE(SEEN(seen, 0));
	EXPECT_TRUE(SEEN(seen, PVSCHED_VCPU_PREEMPTED));
	EXPECT_TRUE(SEEN(seen, PVSCHED_VCPU_OFF_CPU));
	/* Never both, never anything else. */
	EXPECT_EQ(0, seen[0] & ~want);
	EXPECT_EQ(0, seen[1]);
	EXPECT_EQ(0, seen[2] & ~1);
	EXPECT_EQ(0, seen[3]);

	/* A vCPU that runs reads zero. */
	sync_global_from_guest(self->vm, guest_seen);
	EXPECT_EQ(0, guest_seen);
}

PVSCHED_TEST(off_cpu_not_advertised)
{
	uint64_t seen[4];

	if (nth_cpu(1) < 0)
		SKIP(return, "needs two CPUs");
	if (!kvm_cpu_has(X86_FEATURE_KVM_STEAL_TIME))
		SKIP(return, "the host has no steal-time record");

	vcpu_clear_cpuid_feature(self->sibling[0], X86_FEATURE_PVSCHED_OFF_CPU);
	record__watch(_metadata, self->vm, self->sibling[0], 3, ALL, seen);

	EXPECT_TRUE(SEEN(seen, PVSCHED_VCPU_PREEMPTED));
	EXPECT_GT(stat__read(self->sibling[0], "preemption_other"), 0);
	EXPECT_FALSE(SEEN(seen, PVSCHED_VCPU_OFF_CPU));
}

/*
 * What the VM can have
 */
#define ONE_CPU		1024
#define VCPUS		(1 + ARRAY_SIZE(sibling_id))

static volatile struct pvsched_steal_time *record__at(struct kvm_vm *vm, struct kvm_vcpu *vcpu,
						      uint64_t *gpa)
{
	uint64_t gva = vm_alloc_page(vm);

	*gpa = addr_gva2gpa(vm, gva);
	vcpu_set_msr(vcpu, MSR_KVM_STEAL_TIME, *gpa | KVM_MSR_ENABLED);

	return addr_gva2hva(vm, gva);
}

/* Enter the guest for some time, and return what the record says then. */
static uint32_t record__run(struct kvm_vcpu *caller, volatile struct pvsched_steal_time *record,
			    double seconds)
{
	double end = now() + seconds;

	do {
		caller__yield(caller, &(struct call) { .rsi = CALL_FUNC });
	} while (now() < end);

	return record->capacity;
}

static bool capacity__is_a_number(uint32_t capacity)
{
	return capacity && capacity % ONE_CPU == 0 && capacity <= VCPUS * ONE_CPU;
}

#define NEEDS_CAPACITY()							\
do {										\
	if (!kvm_cpu_has(X86_FEATURE_PVSCHED_CAPACITY))				\
		SKIP(return, "the host does not say what a VM can have; see %s",	\
		     SWITCH_CAPACITY);						\
} while (0)

PVSCHED_TEST(capacity)
{
	volatile struct pvsched_steal_time *record;
	uint32_t version;
	uint64_t gpa;
	int i;

	NEEDS_CAPACITY();
	record = record__at(self->vm, self->caller, &gpa);
	EXPECT_TRUE(capacity__is_a_number(record__run(self->caller, record, 0)));
	version = record->version;
	EXPECT_GT(version, 0);
	EXPECT_EQ(0, version & 1);
	record__run(self->caller, record, 0);
	EXPECT_GT(record->version, version);
	EXPECT_EQ(0, record->version & 1);
	/* Nothing else is touched. */
	for (i = 0; i < sizeof(record->reserved0); i++)
		EXPECT_EQ(0, record->reserved0[i]);
	for (i = 0; i < sizeof(record->reserved); i++)
		EXPECT_EQ(0, record->reserved[i]);
}

PVSCHED_TEST(capacity_not_advertised)
{
	volatile struct pvsched_steal_time *record;
	uint64_t gpa;

	if (!kvm_cpu_has(X86_FEATURE_KVM_STEAL_TIME))
		SKIP(return, "the host has no steal-time record");
	vcpu_clear_cpuid_feature(self->caller, X86_FEATURE_PVSCHED_CAPACITY);
	record = record__at(self->vm, self->caller, &gpa);
	EXPECT_EQ(0, record__run(self->caller, record, 0.1));
	EXPECT_GT(record->version, 0);
	/* It is the guest's, which the host leaves alone. */
	record->capacity = 4711;
	EXPECT_EQ(4711, record__run(self->caller, record, 0.1));
}

PVSCHED_TEST(capacity_switched_off)
{
	volatile struct pvsched_steal_time *record;
	uint64_t gpa;

	NEEDS_CAPACITY();
	record = record__at(self->vm, self->caller, &gpa);
	EXPECT_TRUE(capacity__is_a_number(record__run(self->caller, record, 0.1)));
	if (switch__write(SWITCH_CAPACITY, "N"))
		SKIP(return, "cannot write %s", SWITCH_CAPACITY);
	EXPECT_EQ(0, record__run(self->caller, record, 0.5));
	switch__write(SWITCH_CAPACITY, "Y");
	EXPECT_TRUE(capacity__is_a_number(record__run(self->caller, record, 0.5)));
}

/* A record that is taken away, and one in another place. */
PVSCHED_TEST(capacity_moves)
{
	volatile struct pvsched_steal_time *first, *second;
	uint64_t gpa;

	NEEDS_CAPACITY();
	first = record__at(self->vm, self->caller, &gpa);
	record__run(self->caller, first, 0);
	second = record__at(self->vm, self->caller, &gpa);
	first->capacity = 4711;
	EXPECT_TRUE(capacity__is_a_number(record__run(self->caller, second, 0)));
	EXPECT_EQ(4711, first->capacity);
	vcpu_set_msr(self->caller, MSR_KVM_STEAL_TIME, 0);
	second->capacity = 4712;
	EXPECT_EQ(4712, record__run(self->caller, second, 0.1));
	vcpu_set_msr(self->caller, MSR_KVM_STEAL_TIME, gpa | KVM_MSR_ENABLED);
	EXPECT_TRUE(capacity__is_a_number(record__run(self->caller, second, 0)));
}

/* A write of the record is one that migration sees. */
PVSCHED_TEST(capacity_is_logged)
{
	volatile struct pvsched_steal_time *record;
	unsigned long *dirty;
	uint64_t gpa, pages;

	NEEDS_CAPACITY();
	record = record__at(self->vm, self->caller, &gpa);
	pages = memslot2region(self->vm, 0)->region.memory_size >> 12;
	dirty = calloc(pages / 64 + 1, sizeof(*dirty));
	vm_mem_region_set_flags(self->vm, 0, KVM_MEM_LOG_DIRTY_PAGES);
	kvm_vm_get_dirty_log(self->vm, 0, dirty);
	kvm_vm_get_dirty_log(self->vm, 0, dirty);
	EXPECT_FALSE(test_bit(gpa >> 12, dirty));
	record__run(self->caller, record, 0);
	kvm_vm_get_dirty_log(self->vm, 0, dirty);
	EXPECT_TRUE(test_bit(gpa >> 12, dirty));
	free(dirty);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	TEST_REQUIRE(kvm_cpu_has(X86_FEATURE_PVSCHED_YIELD));

	return test_harness_run(argc, argv);
}
