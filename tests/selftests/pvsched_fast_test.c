// SPDX-License-Identifier: GPL-2.0
/*
 * Exits answered before interrupts are enabled: each case is a short list of
 * guest operations that runs twice, with the switches on and off. What the
 * guest and its APICs come to must be the same, and the counters must say
 * which way the exits took.
 *
 * The sender runs; its siblings, whose APIC IDs have holes, never do, so that
 * what was sent to them stays in their APICs to be read.
 *
 * Where the CPU saves no next RIP (nrips=0), nothing may be answered early.
 */
#include <asm/pvsched.h>
#include <stdio.h>
#include <string.h>

#include <linux/kvm_para.h>

#include "apic.h"
#include "kselftest.h"
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"

#include "pvsched_test.h"

#define PARAMETERS	"/sys/module/kvm/parameters/pvsched_fast_"

#define ICR		(APIC_BASE_MSR + (APIC_ICR >> 4))
#define SELF_IPI	(APIC_BASE_MSR + 0x3f)
#define LVTT		(APIC_BASE_MSR + (APIC_LVTT >> 4))
#define DEADLINE	MSR_IA32_TSC_DEADLINE
#define SELF		APIC_DEST_SELF
#define LOGICAL		APIC_DEST_LOGICAL

#define TO(id)		((uint64_t)(id) << 32)
#define CLUSTER(n, set)	TO((n) << 16 | (set))
#define ALL_IDS		0xffffffffu

/* Steps that lead past the operations of a case; the rest runs freely. */
#define MAX_STEPS	120

/* Ticks: longer than a case takes, and short enough to wait for. */
#define FAR		(1ull << 40)
#define NEAR		200000

#define TIMER_VECTOR	0x70
#define MAX_OPS		10
#define MAX_LOG		16

enum action {
	END, WRITE, READ, CALL, STI, CLI, USE_PV_EOI,
	ARM,			/* TSC_DEADLINE, from now */
	WAIT,			/* until a number of interrupts has come */
	STOP,			/* let userspace look */
};

struct op {
	enum action action;
	uint64_t where, a0, a1, a2, a3;
};

#define WRMSR(msr, value)	{ WRITE, msr, value }
#define RDMSR(msr)		{ READ, msr }
#define HC(nr, ...)		{ CALL, nr, __VA_ARGS__ }

/*
 * Guest code
 */
static struct op ops[MAX_OPS];
static bool guest_use_xapic;
static uint64_t guest_eoi_gpa;
static uint32_t guest_eoi __aligned(64);

/* What the guest saw. */
static struct seen {
	uint64_t result[MAX_OPS];
	uint64_t fault[MAX_OPS];
	uint8_t log[MAX_LOG];
	uint32_t interrupts;
} seen;

/*
 * Has the host set the flag? In one instruction, as the interface demands: the
 * host takes the flag back when there is an exit between a look and a clear.
 */
static bool guest_test_and_clear_eoi(void)
{
	bool was_set;

	asm volatile("btrl $0, %0" : "+m" (guest_eoi), "=@ccc" (was_set));
	return was_set;
}

static void handler(struct ex_regs *regs)
{
	uint32_t n = READ_ONCE(seen.interrupts);

	if (n < MAX_LOG)
		seen.log[n] = regs->vector;
	WRITE_ONCE(seen.interrupts, n + 1);
	/* A flag that the host has set takes the place of the register. */
	if (!guest_test_and_clear_eoi())
		x2apic_write_reg(APIC_EOI, 0);
}

static void guest_op(int i)
{
	const struct op *op = &ops[i];

	switch (op->action) {
	case WRITE:
		seen.fault[i] = wrmsr_safe(op->where, op->a0);
		break;
	case READ:
		seen.fault[i] = rdmsr_safe(op->where, &seen.result[i]);
		break;
	case CALL:
		seen.result[i] = kvm_hypercall(op->where, op->a0, op->a1, op->a2, op->a3);
		break;
	case STI:
		asm volatile("sti; nop; nop");
		break;
	case CLI:
		asm volatile("cli");
		break;
	case USE_PV_EOI:
		wrmsr(MSR_KVM_PV_EOI_EN, guest_eoi_gpa | KVM_MSR_ENABLED);
		break;
	case ARM:
		seen.fault[i] = wrmsr_safe(DEADLINE, rdtsc() + op->a0);
		break;
	case STOP:
		GUEST_SYNC(i);
		break;
	case WAIT:
		while (READ_ONCE(seen.interrupts) < op->a0)
			asm volatile("pause");
		break;
	default:
		break;
	}
}

static void guest_main(void)
{
	int i;

	if (!guest_use_xapic) {
		x2apic_enable();
		x2apic_write_reg(APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | TIMER_VECTOR);
	}
	GUEST_SYNC(0);

	for (i = 0; i < MAX_OPS && ops[i].action != END; i++)
		guest_op(i);

	GUEST_DONE();
}

/*
 * The machine
 */
static const uint32_t sibling_id[] = { 1, 2, 5, 16, 17, 31, 33, 64, 130 };

#define NR_SIBLINGS	ARRAY_SIZE(sibling_id)

struct machine {
	struct kvm_vm *vm;
	struct kvm_vcpu *sender;
	struct kvm_vcpu *sibling[NR_SIBLINGS];
};

static void machine__create(struct machine *m)
{
	int i, vector;

	m->vm = vm_create_with_one_vcpu(&m->sender, guest_main);
	vcpu_set_cpuid_feature(m->sender, X86_FEATURE_TSC_DEADLINE_TIMER);
	for (vector = 0x20; vector < 0x100; vector++)
		vm_install_exception_handler(m->vm, vector, handler);
	for (i = 0; i < NR_SIBLINGS; i++) {
		m->sibling[i] = vm_vcpu_add(m->vm, sibling_id[i], guest_main);
		vcpu__enable_apic(m->sibling[i]);
	}
}

/*
 * Counters
 */
#define COUNTERS(X)							\
	X(fast_icr) X(fast_self_ipi) X(fast_send_ipi) X(fast_deadline)	\
	X(fast_yield) X(fast_sched_yield) X(fast_inject) X(slow_debug) X(slow_caller)	\
	X(slow_apic) X(slow_filter) X(slow_invalid) X(slow_mode)	\
	X(slow_bound) X(slow_busy) X(slow_waiting)

#define COUNTER_FIELD(name)	uint64_t name;
#define COUNTER_NAME(name)	"pvsched_" #name,

struct counters { COUNTERS(COUNTER_FIELD) };

static const char * const counter_name[] = { COUNTERS(COUNTER_NAME) };

#define NR_COUNTERS	ARRAY_SIZE(counter_name)

static uint64_t stat__read(struct kvm_vcpu *vcpu, const char *name)
{
	int fd = vcpu_get_stats_fd(vcpu);
	uint64_t value = stat__read_fd(fd, name);

	close(fd);

	return value;
}

static void counters__read(struct kvm_vcpu *vcpu, struct counters *counters)
{
	uint64_t *value = (uint64_t *)counters;
	int i;

	for (i = 0; i < NR_COUNTERS; i++)
		value[i] = stat__read(vcpu, counter_name[i]);
}

/*
 * Switches
 */
static void switch__write(const char *name, bool on)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	f = fopen(path, "w");
	TEST_ASSERT(f && fputs(on ? "Y" : "N", f) >= 0 && !fclose(f), "cannot write %s", path);
}

static void switches__set(bool on)
{
	switch__write("ipi", on);
	switch__write("timer", on);
	switch__write("yield", on);
}

/*
 * Cases
 */
struct outcome {
	struct seen seen;
	uint64_t icr;
	uint64_t deadline_is_set;
	uint64_t exits_to_userspace;
	struct kvm_lapic_state apic[NR_SIBLINGS];
	uint64_t nmi_pending[NR_SIBLINGS];
};

struct test_case {
	const char *name;
	struct op ops[MAX_OPS];
	struct counters expect;
	bool step, xapic;
	bool filter;			/* the base's early answer on Intel ignores it */
	uint32_t interrupts;		/* that the sender must see */
};

#define EMPTY	PVSCHED_YIELD_CALL_FUNC

static const struct test_case cases[] = {
	{ "ICR, physical", { WRMSR(ICR, TO(1) | 0x41), WRMSR(ICR, TO(130) | 0x42) },
	  { .fast_icr = 2 } },
	{ "ICR, physical, no vCPU", { WRMSR(ICR, TO(3) | 0x41), WRMSR(ICR, TO(77777) | 0x42) },
	  { .fast_icr = 2 } },
	{ "ICR, physical 255 is no broadcast", { WRMSR(ICR, TO(255) | 0x41) },
	  { .fast_icr = 1 } },
	{ "ICR, level-triggered", { WRMSR(ICR, TO(1) | APIC_INT_LEVELTRIG | APIC_INT_ASSERT | 0x41),
				    WRMSR(ICR, TO(2) | APIC_INT_LEVELTRIG | 0x42),
				    WRMSR(ICR, TO(1) | 0x41) },
	  { .fast_icr = 1, .slow_mode = 2 } },
	{ "ICR, busy bit", { WRMSR(ICR, TO(1) | APIC_ICR_BUSY | 0x41), RDMSR(ICR) },
	  { .fast_icr = 1 } },
	{ "ICR, logical", { WRMSR(ICR, CLUSTER(1, 1) | LOGICAL | 0x41) }, { .fast_icr = 1 } },
	{ "ICR, logical set with holes", { WRMSR(ICR, CLUSTER(0, 0xfffe) | LOGICAL | 0x41),
					   WRMSR(ICR, CLUSTER(1, 0xffff) | LOGICAL | 0x42) },
	  { .fast_icr = 2 } },
	{ "ICR, logical, last cluster", { WRMSR(ICR, CLUSTER(8, 0xffff) | LOGICAL | 0x41) },
	  { .fast_icr = 1 } },
	{ "ICR, logical, no vCPU", { WRMSR(ICR, CLUSTER(3, 0xffff) | LOGICAL | 0x41),
				    WRMSR(ICR, CLUSTER(0xfffe, 0xffff) | LOGICAL | 0x42),
				    WRMSR(ICR, CLUSTER(0, 0) | LOGICAL | 0x43) },
	  { .fast_icr = 3 } },
	{ "ICR, logical, with the sender", { WRMSR(ICR, CLUSTER(0, 3) | LOGICAL | 0x41), { STI } },
	  { .fast_icr = 1 }, .interrupts = 1 },
	{ "ICR, vectors below 16", { WRMSR(ICR, TO(1) | 0), WRMSR(ICR, TO(1) | 15) },
	  { .fast_icr = 2 } },
	{ "ICR, broadcast", { WRMSR(ICR, TO(ALL_IDS) | 0x41), { STI } },
	  { .slow_bound = 1 }, .interrupts = 1 },
	{ "ICR, logical broadcast", { WRMSR(ICR, TO(ALL_IDS) | LOGICAL | 0x41), { STI } },
	  { .slow_bound = 1 }, .interrupts = 1 },
	{ "ICR, all", { WRMSR(ICR, APIC_DEST_ALLINC | 0x41), { STI } },
	  { .slow_bound = 1 }, .interrupts = 1 },
	{ "ICR, all but self", { WRMSR(ICR, APIC_DEST_ALLBUT | 0x41), { STI } },
	  { .slow_bound = 1 } },
	{ "ICR, NMI", { WRMSR(ICR, TO(1) | APIC_DM_NMI) }, { .slow_mode = 1 } },
	{ "ICR, lowest priority", { WRMSR(ICR, CLUSTER(1, 3) | LOGICAL | APIC_DM_LOWEST | 0x41) },
	  { .slow_mode = 1 } },
	{ "ICR, reserved bits",
	  { WRMSR(ICR, TO(1) | 1 << 13 | 0x41), WRMSR(ICR, TO(1) | 1 << 16 | 0x42),
	    WRMSR(ICR, TO(1) | 1 << 20 | 0x43), WRMSR(ICR, TO(1) | 1u << 31 | 0x44) },
	  { .slow_invalid = 4 } },
	{ "ICR, in xAPIC mode", { WRMSR(ICR, TO(1) | 0x41) }, { .slow_apic = 1 }, .xapic = true },
	{ "self, interrupts on", { { STI }, WRMSR(ICR, SELF | 0x41), WRMSR(SELF_IPI, 0x42) },
	  { .fast_icr = 1, .fast_self_ipi = 1, .fast_inject = 1 }, .interrupts = 2 },
	{ "self, interrupts off: highest first",
	  { { CLI }, WRMSR(ICR, SELF | 0x41), WRMSR(SELF_IPI, 0x91),
	    WRMSR(ICR, TO(0) | 0x61), { STI } },
	  { .fast_icr = 2, .fast_self_ipi = 1 }, .interrupts = 3 },
	{ "self, ended by PV EOI",
	  { { USE_PV_EOI }, { STI }, WRMSR(SELF_IPI, 0x41), WRMSR(SELF_IPI, 0x42),
	    WRMSR(SELF_IPI, 0x43) },
	  { .fast_self_ipi = 3, .fast_inject = 1 }, .interrupts = 3 },
	{ "self, twice is once", { { CLI }, WRMSR(SELF_IPI, 0x41), WRMSR(SELF_IPI, 0x41), { STI } },
	  { .fast_self_ipi = 2 }, .interrupts = 1 },
	{ "self, reserved bits", { WRMSR(SELF_IPI, 0x141), WRMSR(SELF_IPI, 1ull << 63 | 0x41) },
	  { .slow_invalid = 2 } },
	{ "SEND_IPI, one",
	  { HC(KVM_HC_SEND_IPI, 1, 0, 1, 0x41), HC(KVM_HC_SEND_IPI, 1, 0, 130, 0x42) },
	  { .fast_send_ipi = 2 } },
	{ "SEND_IPI, two words, holes", { HC(KVM_HC_SEND_IPI, 0x3f0002, 7, 0, 0x41) },
	  { .fast_send_ipi = 1 } },
	{ "SEND_IPI, no vCPU",
	  { HC(KVM_HC_SEND_IPI, 0, 0, 0, 0x41), HC(KVM_HC_SEND_IPI, 8, 0, 0, 0x41),
	    HC(KVM_HC_SEND_IPI, 1, 0, 77777, 0x41),
	    HC(KVM_HC_SEND_IPI, 0xff, 0xff, ALL_IDS, 0x41) },
	  { .fast_send_ipi = 4 } },
	{ "SEND_IPI, last of the bound", { HC(KVM_HC_SEND_IPI, 0xfffe, 1, 0, 0x41) },
	  { .fast_send_ipi = 1 } },
	{ "SEND_IPI, beyond the bound", { HC(KVM_HC_SEND_IPI, 0x1fffe, 1, 0, 0x41),
					  HC(KVM_HC_SEND_IPI, ~1ull, ~0ull, 0, 0x42) },
	  { .slow_bound = 2 } },
	{ "SEND_IPI, NMI", { HC(KVM_HC_SEND_IPI, 1, 0, 1, APIC_DM_NMI) }, { .slow_mode = 1 } },
	{ "SEND_IPI, invalid", { HC(KVM_HC_SEND_IPI, 1, 0, 1, SELF | 0x41),
				 HC(KVM_HC_SEND_IPI, 1, 0, 1, LOGICAL | 0x41) },
	  { .slow_invalid = 2 } },
	{ "number beyond 32 bits", { HC(1ull << 32 | KVM_HC_SEND_IPI, 1, 0, 1, 0x41) },
	  { .slow_caller = 1 } },
	{ "deadline, in the past", { { STI }, WRMSR(DEADLINE, 1), { WAIT, 0, 1 }, RDMSR(DEADLINE) },
	  { .fast_deadline = 1 }, .interrupts = 1 },
	{ "deadline, in the past, interrupts off", { WRMSR(DEADLINE, 1), RDMSR(DEADLINE), { STI },
						     { WAIT, 0, 1 } },
	  { .fast_deadline = 1 }, .interrupts = 1 },
	{ "deadline, fires", { { STI }, { ARM, 0, NEAR }, { WAIT, 0, 1 }, RDMSR(DEADLINE) },
	  { .fast_deadline = 1 }, .interrupts = 1 },
	{ "deadline, moved nearer, fires once",
	  { { STI }, { ARM, 0, FAR }, { ARM, 0, NEAR }, { WAIT, 0, 1 },
	    RDMSR(DEADLINE) },
	  { .fast_deadline = 2 }, .interrupts = 1 },
	{ "deadline, cancelled by 0",
	  { { STI }, { ARM, 0, FAR }, WRMSR(DEADLINE, 0), RDMSR(DEADLINE) },
	  { .fast_deadline = 2 } },
	{ "deadline, armed at the end", { { ARM, 0, FAR } }, { .fast_deadline = 1 } },
	{ "deadline, ended by another timer mode",
	  { { ARM, 0, FAR }, WRMSR(LVTT, TIMER_VECTOR), RDMSR(DEADLINE), WRMSR(DEADLINE, 1),
	    RDMSR(DEADLINE), { STI } },
	  { .fast_deadline = 2 } },
	{ "deadline, two changes of the timer mode, armed again",
	  { { STI }, { ARM, 0, FAR }, WRMSR(LVTT, TIMER_VECTOR), RDMSR(DEADLINE),
	    WRMSR(LVTT, APIC_LVT_TIMER_TSCDEADLINE | TIMER_VECTOR), RDMSR(DEADLINE),
	    { ARM, 0, NEAR }, { WAIT, 0, 1 }, RDMSR(DEADLINE) },
	  { .fast_deadline = 2 }, .interrupts = 1 },
	{ "deadline, masked while armed", { { STI }, { ARM, 0, FAR },
	    WRMSR(LVTT, APIC_LVT_TIMER_TSCDEADLINE | APIC_LVT_MASKED | TIMER_VECTOR),
	    { ARM, 0, NEAR }, WRMSR(DEADLINE, 1), RDMSR(DEADLINE),
	    WRMSR(LVTT, APIC_LVT_TIMER_TSCDEADLINE | TIMER_VECTOR) },
	  { .fast_deadline = 3 }, .interrupts = 1 },
	{ "deadline, past after armed",
	  { { STI }, { ARM, 0, FAR }, WRMSR(DEADLINE, 1), { WAIT, 0, 1 },
	    RDMSR(DEADLINE), { ARM, 0, NEAR }, { WAIT, 0, 2 } },
	  { .fast_deadline = 3 }, .interrupts = 2 },
	{ "deadline, filtered", { WRMSR(DEADLINE, FAR) }, { .slow_filter = 1 }, .filter = true },
	{ "yield, no target waits", { HC(KVM_HC_PVSCHED_YIELD, 0x27, 1, 0, EMPTY),
				      HC(KVM_HC_PVSCHED_YIELD, ~0ull, ~0ull, ALL_IDS, EMPTY) },
	  { .fast_yield = 2 } },
	{ "yield, without a target: the host chooses", { HC(KVM_HC_PVSCHED_YIELD, 0, 0, 0, EMPTY) },
	  { .slow_waiting = 1 } },
	{ "yield, invalid",
	  { HC(KVM_HC_PVSCHED_YIELD, 1, 0, 0, 0), HC(KVM_HC_PVSCHED_YIELD, 1, 0, 0, 3),
	    HC(KVM_HC_PVSCHED_YIELD, 1, 0, 1ull << 32, EMPTY) },
	  { .slow_invalid = 3 } },
	{ "the base's yield", { HC(KVM_HC_SCHED_YIELD, 1), HC(KVM_HC_SCHED_YIELD, 0),
				HC(KVM_HC_SCHED_YIELD, 1ull << 40) },
	  { .fast_sched_yield = 3 } },
	{ "single-stepped", { WRMSR(ICR, TO(1) | 0x41), WRMSR(DEADLINE, 0) },
	  { .slow_debug = 2 }, .step = true },
};

static uint64_t lapic__icr(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic_state state;

	vcpu_ioctl(vcpu, KVM_GET_LAPIC, &state);
	return *(uint32_t *)(state.regs + APIC_ICR) |
	       (uint64_t)*(uint32_t *)(state.regs + APIC_ICR2) << 32;
}

static void outcome__read(struct outcome *o, struct machine *m)
{
	struct kvm_vcpu_events events;
	int i;

	sync_global_from_guest(m->vm, seen);
	o->seen = seen;
	o->icr = lapic__icr(m->sender);
	o->deadline_is_set = !!vcpu_get_msr(m->sender, DEADLINE);
	for (i = 0; i < NR_SIBLINGS; i++) {
		vcpu_ioctl(m->sibling[i], KVM_GET_LAPIC, &o->apic[i]);
		vcpu_events_get(m->sibling[i], &events);
		o->nmi_pending[i] = events.nmi.pending;
	}
}

static void machine__filter(struct machine *m)
{
	static uint8_t none[1];
	struct kvm_msr_filter filter = {
		.flags = KVM_MSR_FILTER_DEFAULT_ALLOW,
		.ranges = { {
			.flags = KVM_MSR_FILTER_WRITE, .base = DEADLINE, .nmsrs = 1,
			.bitmap = none,
		} },
	};

	vm_enable_cap(m->vm, KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_FILTER);
	vm_ioctl(m->vm, KVM_X86_SET_MSR_FILTER, &filter);
}

static void machine__step(struct machine *m)
{
	struct kvm_guest_debug debug = {
		.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP |
			   KVM_GUESTDBG_BLOCKIRQ,
	};

	vcpu_guest_debug_set(m->sender, &debug);
}

static void machine__stop_stepping(struct machine *m)
{
	struct kvm_guest_debug debug = { };

	vcpu_guest_debug_set(m->sender, &debug);
}

/* Run to the next ucall; count what else reaches userspace. */
static uint64_t machine__run(struct machine *m, uint64_t *exits)
{
	struct kvm_run *run = m->sender->run;
	struct ucall uc;
	uint64_t cmd;
	int steps = 0;

	for (;;) {
		/* Raw: vcpu_run() itself completes I/O, which a step interrupts. */
		TEST_ASSERT_EQ(__vcpu_run(m->sender), 0);
		if (run->exit_reason == KVM_EXIT_X86_WRMSR && run->msr.index == DEADLINE)
			(*exits)++;
		else if (run->exit_reason != KVM_EXIT_DEBUG)
			break;
		else if (++steps == MAX_STEPS)
			machine__stop_stepping(m);
	}
	machine__stop_stepping(m);
	cmd = get_ucall(m->sender, &uc);
	if (cmd == UCALL_ABORT)
		REPORT_GUEST_ASSERT(uc);

	return cmd;
}

static bool case__run(const struct test_case *c, bool on, struct outcome *o,
		      struct counters *counters)
{
	struct counters before, after;
	struct machine m;
	int i;

	switches__set(on);
	memset(o, 0, sizeof(*o));
	machine__create(&m);
	memcpy(ops, c->ops, sizeof(ops));
	guest_use_xapic = c->xapic;
	sync_global_to_guest(m.vm, ops);
	guest_eoi_gpa = addr_gva2gpa(m.vm, (gva_t)&guest_eoi);
	sync_global_to_guest(m.vm, guest_use_xapic);
	sync_global_to_guest(m.vm, guest_eoi_gpa);
	TEST_ASSERT_EQ(machine__run(&m, &o->exits_to_userspace), UCALL_SYNC);

	if (c->filter)
		machine__filter(&m);
	if (c->step)
		machine__step(&m);
	counters__read(m.sender, &before);
	TEST_ASSERT_EQ(machine__run(&m, &o->exits_to_userspace), UCALL_DONE);
	counters__read(m.sender, &after);
	for (i = 0; i < NR_COUNTERS; i++)
		((uint64_t *)counters)[i] = ((uint64_t *)&after)[i] - ((uint64_t *)&before)[i];

	outcome__read(o, &m);
	kvm_vm_free(m.vm);

	return o->seen.interrupts == c->interrupts;
}

static bool counters__are(const struct counters *is, const struct counters *expected,
			  bool at_least_one)
{
	const uint64_t *a = (const uint64_t *)is, *b = (const uint64_t *)expected;
	bool same = true;
	int i;

	for (i = 0; i < NR_COUNTERS; i++) {
		if (a[i] == b[i])
			continue;
		/* How many are injected in place depends on the host's own timer. */
		if (at_least_one && !strcmp(counter_name[i], "pvsched_fast_inject") &&
		    (a[i] || !b[i]))
			continue;
		ksft_print_msg("%s is %lu, not %lu\n", counter_name[i], a[i], b[i]);
		same = false;
	}

	return same;
}

static void outcomes__print(const struct outcome *on, const struct outcome *off)
{
	int i;

	ksft_print_msg("interrupts %u, off: %u; ICR %#lx, off: %#lx\n", on->seen.interrupts,
		       off->seen.interrupts, on->icr, off->icr);
	for (i = 0; i < MAX_OPS; i++)
		ksft_print_msg("op %d: result %#lx fault %lu, off: %#lx %lu\n", i,
			       on->seen.result[i], on->seen.fault[i],
			       off->seen.result[i], off->seen.fault[i]);
	for (i = 0; i < NR_SIBLINGS; i++)
		if (memcmp(&on->apic[i], &off->apic[i], sizeof(on->apic[i])))
			ksft_print_msg("APIC %u differs\n", sibling_id[i]);
}

static bool case__check(const struct test_case *c, bool answers)
{
	static const struct counters none;
	static struct outcome on, off;
	struct counters count_on, count_off;
	bool ok;

	ok = case__run(c, true, &on, &count_on);
	ok &= case__run(c, false, &off, &count_off);
	ok &= on.exits_to_userspace == c->filter;
	if (c->filter)
		off = on;
	ok &= !memcmp(&on, &off, sizeof(on));
	if (!ok)
		outcomes__print(&on, &off);
	ok &= counters__are(&count_on, answers ? &c->expect : &none, answers);
	ok &= counters__are(&count_off, &none, false);

	return ok;
}

/*
 * Migration
 */
#define MOVE_MS		300

static const struct op migrated_ops[MAX_OPS] = {
	{ STI }, { ARM }, { STOP }, { WAIT, 0, 1 }, RDMSR(DEADLINE),
};

/* To another VM with the same memory, as a VMM restores a vCPU. */
static bool machine__move(struct machine *m)
{
	uint64_t deadline = vcpu_get_msr(m->sender, DEADLINE);
	struct kvm_x86_state *state = vcpu_save_state(m->sender);
	struct kvm_lapic_state lapic;
	bool same;

	vcpu_ioctl(m->sender, KVM_GET_LAPIC, &lapic);
	kvm_vm_release(m->vm);

	m->sender = vm_recreate_with_one_vcpu(m->vm);
	vcpu_set_cpuid_feature(m->sender, X86_FEATURE_TSC_DEADLINE_TIMER);
	vcpu_load_state(m->sender, state);
	kvm_x86_state_cleanup(state);
	vcpu_ioctl(m->sender, KVM_SET_LAPIC, &lapic);
	vcpu_set_msr(m->sender, DEADLINE, deadline);
	same = deadline && vcpu_get_msr(m->sender, DEADLINE) == deadline;
	if (!same)
		ksft_print_msg("deadline %#lx became %#lx\n", deadline,
			       vcpu_get_msr(m->sender, DEADLINE));

	return same;
}

static void machine__arm_to_move(struct machine *m)
{
	memcpy(ops, migrated_ops, sizeof(ops));
	ops[1].a0 = MOVE_MS * (uint64_t)__vcpu_ioctl(m->sender, KVM_GET_TSC_KHZ, NULL);
	guest_use_xapic = false;
	sync_global_to_guest(m->vm, ops);
	sync_global_to_guest(m->vm, guest_use_xapic);
}

/* Armed with the switches as @before, moved, fires with them as @after. */
static bool migration__check(bool before, bool after, bool answers)
{
	struct counters counters;
	uint64_t exits = 0;
	struct machine m;
	bool ok;

	switches__set(before);
	machine__create(&m);
	machine__arm_to_move(&m);
	TEST_ASSERT_EQ(machine__run(&m, &exits), UCALL_SYNC);
	TEST_ASSERT_EQ(machine__run(&m, &exits), UCALL_SYNC);
	counters__read(m.sender, &counters);
	ok = counters.fast_deadline == (before && answers);

	switches__set(after);
	ok &= machine__move(&m);
	TEST_ASSERT_EQ(machine__run(&m, &exits), UCALL_DONE);
	sync_global_from_guest(m.vm, seen);
	ok &= seen.interrupts == 1 && seen.log[0] == TIMER_VECTOR && !seen.result[4];
	kvm_vm_free(m.vm);

	return ok;
}

int main(void)
{
	bool answers = next_rip_is_known();
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	TEST_REQUIRE(!access(PARAMETERS "ipi", W_OK));
	TEST_REQUIRE(kvm_has_cap(KVM_CAP_TSC_DEADLINE_TIMER));

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(cases) + 4);
	if (!answers)
		ksft_print_msg("no next RIP here: nothing may be answered early\n");
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ksft_test_result(case__check(&cases[i], answers), "%s\n", cases[i].name);
	for (i = 0; i < 4; i++)
		ksft_test_result(migration__check(i & 1, i & 2, answers),
				 "deadline, armed when %s, migrated, fires when %s\n",
				 i & 1 ? "on" : "off", i & 2 ? "on" : "off");
	switches__set(true);
	ksft_finished();
}
