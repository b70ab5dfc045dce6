// SPDX-License-Identifier: GPL-2.0
/*
 * host/fastpath.c and host/inject.c in user space: which exits are handled early,
 * that all others are left to the base as they were, what the handling does, and
 * that no input makes it longer than its bound.
 *
 * Each test is a process of its own, so it starts with the kernel's state as
 * it is at boot.
 */
#define TH_LOG_STREAM stdout
#include "kselftest_harness.h"

#include "internal.h"
#include "random.h"
#include "x86.h"

#define MAX_ID		299
#define ALL		(~0ull)
#define MAX_TARGETS	16	/* of an IPI; PVSCHED_FAST_TARGETS */
#define MSR_ICR		0x830
#define MSR_SELF_IPI	0x83f
#define VECTOR		0x41
#define CALL_FUNC	PVSCHED_YIELD_CALL_FUNC

/*
 * The kernel, as this test decides it
 */
int unit_srcu_depth, unit_cpu;
struct unit_x86_ops kvm_x86_ops;

/* The scheduler's own, of which host/params.c makes parameters. */

static struct kvm kvm;
static struct kvm_vcpu *me;
static bool alone, work_pending, page_is_out, tracing, passed;
bool enable_apicv;

/* What interrupts wait in the IRR, and whether the guest takes one now. */
static unsigned int irr_pending;
static int allowed;

/* What was seen since world__forget(). */
static struct {
	unsigned int skips, base, retired, ipis, msrs, hypercalls, kicks, injected, cancelled;
	unsigned int acked, windows;
	unsigned int nr_set, nr_posted;
	struct kvm_vcpu *posted[MAX_ID + 1];
	struct kvm_lapic_irq irq;
	u32 vector, icr, named, reason, eois;
	u64 deadline;
	bool prepared, armed, started, timer_cancelled;
	int kind, result, yields;
} seen;

static int pagefaults_off;
bool single_task_running(void)
{
	return alone;
}

int unit_skip_emulated_instruction(struct kvm_vcpu *vcpu)
{
	unit_require(vcpu == me && !unit_srcu_depth);
	seen.skips++;
	return 1;
}

fastpath_t handle_fastpath_set_msr_irqoff(struct kvm_vcpu *vcpu)
{
	unit_require(vcpu == me && !unit_srcu_depth);
	seen.base++;
	return EXIT_FASTPATH_EXIT_HANDLED;
}

static void post(struct kvm_vcpu *vcpu, u32 vector)
{
	unit_require(seen.nr_posted < ARRAY_SIZE(seen.posted));
	seen.posted[seen.nr_posted++] = vcpu;
	seen.vector = vector;
}

int kvm_apic_set_irq(struct kvm_vcpu *vcpu, struct kvm_lapic_irq *irq, void *dest_map)
{
	unit_require(!dest_map);
	post(vcpu, irq->vector);
	seen.nr_set++;
	seen.irq = *irq;
	/* The base kicks also the vCPU that runs. */
	if (vcpu == me)
		me->mode = EXITING_GUEST_MODE;

	return 1;
}

void kvm_lapic_set_irr(int vector, struct kvm_lapic *apic)
{
	post(apic->vcpu, vector);
}

void kvm_set_lapic_tscdeadline_msr(struct kvm_vcpu *vcpu, u64 data)
{
	unit_require(vcpu == me && !me->arch.apic->lapic_timer.timer.unit_running);
	seen.armed = true;
	seen.deadline = data;
}

/* Starts the hrtimer, or finds that the deadline has passed and leaves it. */
void start_sw_tscdeadline(struct kvm_lapic *apic)
{
	struct kvm_timer *timer = &apic->lapic_timer;

	unit_require(apic == me->arch.apic && !timer->pending.counter);
	unit_require(timer->timer.base->cpu_base->cpu == unit_cpu);
	seen.armed = seen.started = true;
	seen.deadline = timer->tscdeadline;
	if (passed) {
		timer->pending.counter = 1;
		kvm_make_request(KVM_REQ_UNBLOCK, me);
	}
}

void hrtimer_cancel(struct hrtimer *timer)
{
	unit_require(timer == &me->arch.apic->lapic_timer.timer && seen.started);
	seen.timer_cancelled = true;
}

/* A vCPU that is kicked finds why; a kick of the caller hides those of others. */
void kvm_vcpu_kick(struct kvm_vcpu *vcpu)
{
	unit_require(vcpu != me);
	unit_require(vcpu->requests & BIT(KVM_REQ_EVENT));
	unit_require(seen.nr_posted && seen.posted[seen.nr_posted - 1] == vcpu);
	seen.kicks++;
}

int apic_set_eoi(struct kvm_lapic *apic)
{
	unit_require(apic == me->arch.apic);
	seen.eois++;
	kvm_make_request(KVM_REQ_EVENT, me);
	return VECTOR;
}

void kvm_lapic_update_cr8_intercept(struct kvm_vcpu *vcpu)
{
}

void kvm_lapic_sync_to_vapic(struct kvm_vcpu *vcpu)
{
}

void kvm_pmu_trigger_event(struct kvm_vcpu *vcpu, u64 eventsel)
{
	unit_require(unit_srcu_depth == 1 && seen.skips == 1);
	seen.retired++;
}

void xfer_to_guest_mode_prepare(void)
{
	seen.prepared = true;
}

bool xfer_to_guest_mode_work_pending(void)
{
	return work_pending;
}

/* Something may happen on another CPU at any point: an event, with its request. */
static void (*before_clear)(int req);
static void (*after_test)(int req);
static void (*while_injecting)(void);

void unit_before_clear(struct kvm_vcpu *vcpu, int req)
{
	unit_require(vcpu == me);
	if (before_clear)
		before_clear(req);
}

void unit_after_test(struct kvm_vcpu *vcpu, int req)
{
	unit_require(vcpu == me);
	if (after_test)
		after_test(req);
}

int kvm_apic_has_interrupt(struct kvm_vcpu *vcpu)
{
	return irr_pending ? VECTOR : -1;
}

void kvm_apic_ack_interrupt(struct kvm_vcpu *vcpu, int vector)
{
	unit_require(irr_pending && vector == VECTOR && !seen.injected);
	irr_pending--;
	seen.acked++;
}

int unit_interrupt_allowed(struct kvm_vcpu *vcpu, bool for_injection)
{
	unit_require(vcpu == me && for_injection);
	return allowed;
}

void unit_inject_irq(struct kvm_vcpu *vcpu, bool reinjected)
{
	unit_require(unit_srcu_depth == 1 && pagefaults_off == 1 && !reinjected);
	unit_require(seen.acked == 1 && allowed > 0);
	unit_require(vcpu->arch.interrupt.injected && vcpu->arch.interrupt.nr == VECTOR);
	/* Nothing that sleeps, nothing that faults. */
	unit_require(!enable_apicv && !me->unit_real_mode && !me->unit_guest_mode);
	seen.injected++;
	if (while_injecting)
		while_injecting();
}

void unit_enable_irq_window(struct kvm_vcpu *vcpu)
{
	unit_require(!enable_apicv);
	seen.windows++;
}

void unit_cancel_injection(struct kvm_vcpu *vcpu)
{
	seen.cancelled++;
}

void pagefault_disable(void)
{
	pagefaults_off++;
}

void pagefault_enable(void)
{
	pagefaults_off--;
}

int unit_read_guest(const u8 *data, u8 *to)
{
	unit_require(unit_srcu_depth == 1 && pagefaults_off == 1);
	*to = *data;

	return page_is_out ? -EFAULT : 0;
}

void trace_kvm_apic_accept_irq(u32 apicid, u16 dm, u16 tm, u8 vec)
{
}

void trace_kvm_apic_ipi(u32 icr_low, u32 dest_id)
{
	seen.ipis++;
}

void trace_kvm_hv_timer_state(u32 vcpu_id, bool used)
{
	unit_require(!used && vcpu_id == (u32)me->vcpu_id && seen.started);
}

bool trace_kvm_entry_enabled(void)
{
	return tracing;
}

void trace_kvm_msr_write(u32 ecx, u64 data)
{
	seen.msrs++;
}

void trace_kvm_hypercall(unsigned long nr, unsigned long a0, unsigned long a1,
			 unsigned long a2, unsigned long a3)
{
	seen.hypercalls++;
}

void trace_kvm_pv_eoi(struct kvm_lapic *apic, int vector)
{
}

void trace_pvsched_fast(u32 vcpu_id, int kind, int result)
{
	unit_require(vcpu_id == (u32)me->vcpu_id);
	seen.kind = kind;
	seen.result = result;
}

void trace_pvsched_yield(u32 vcpu_id, u32 reason, u32 named, u32 directed)
{
	unit_require(!directed);
	seen.yields++;
	seen.reason = reason;
	seen.named = named;
}

/*
 * The VM
 */
static __typeof__(*((struct hrtimer_clock_base *)0)->cpu_base) cpu_base;
static struct hrtimer_clock_base here = { .cpu_base = &cpu_base };

static struct kvm_vcpu *vcpu__create(u32 id)
{
	struct kvm_vcpu *vcpu = calloc(1, sizeof(*vcpu));
	struct kvm_lapic *apic = calloc(1, sizeof(*apic));

	vcpu->kvm = &kvm;
	vcpu->vcpu_id = id;
	vcpu->unit_64_bit = true;
	vcpu->run = calloc(1, sizeof(*vcpu->run));
	vcpu->arch.apic = apic;
	vcpu->arch.pv_cpuid.enforce = true;
	vcpu->arch.pv_cpuid.features = ~0U;
	apic->vcpu = vcpu;
	apic->regs = calloc(1, 1024);
	apic->lapic_timer.timer_mode = APIC_LVT_TIMER_TSCDEADLINE;
	apic->lapic_timer.timer.base = &here;
	apic->unit_x2apic = apic->unit_sw_enabled = apic->unit_hw_enabled = true;
	kvm.arch.apic_map->phys_map[id] = apic;

	return vcpu;
}

static struct kvm_vcpu *vcpu__at(u32 id)
{
	return kvm.arch.apic_map->phys_map[id]->vcpu;
}

static void vcpu__remove(u32 id)
{
	struct kvm_lapic *apic = kvm.arch.apic_map->phys_map[id];

	free(apic->vcpu->run);
	free(apic->vcpu);
	free(apic->regs);
	free(apic);
	kvm.arch.apic_map->phys_map[id] = NULL;
}

/* The table ends where its allocation does, so that a sanitizer guards it. */
static void world__create(void)
{
	u32 id;

	kvm.arch.apic_map = calloc(1, sizeof(*kvm.arch.apic_map) +
				      (MAX_ID + 1) * sizeof(struct kvm_lapic *));
	kvm.arch.apic_map->max_apic_id = MAX_ID;
	kvm.arch.apic_map->logical_mode = KVM_APIC_MODE_X2APIC;
	for (id = 0; id <= MAX_ID; id++)
		vcpu__create(id);
	me = vcpu__at(0);
	me->mode = IN_GUEST_MODE;
}

static void world__destroy(void)
{
	u32 id;

	for (id = 0; id <= MAX_ID; id++)
		if (kvm.arch.apic_map->phys_map[id])
			vcpu__remove(id);
	free(kvm.arch.apic_map);
}

static void world__forget(void)
{
	memset(&seen, 0, sizeof(seen));
	memset(&me->stat, 0, sizeof(me->stat));
	unit_lookups = 0;
}

static u64 stat__fast(const struct kvm_vcpu_stat *s)
{
	return s->pvsched_fast_icr + s->pvsched_fast_self_ipi + s->pvsched_fast_send_ipi +
	       s->pvsched_fast_deadline + s->pvsched_fast_yield + s->pvsched_fast_sched_yield;
}

static u64 stat__slow(const struct kvm_vcpu_stat *s)
{
	return s->pvsched_slow_debug + s->pvsched_slow_caller + s->pvsched_slow_apic +
	       s->pvsched_slow_filter + s->pvsched_slow_invalid + s->pvsched_slow_mode +
	       s->pvsched_slow_bound + s->pvsched_slow_busy + s->pvsched_slow_waiting;
}

static bool fastpath__is_handled(fastpath_t ret)
{
	return ret == EXIT_FASTPATH_REENTER_GUEST || ret == EXIT_FASTPATH_ENTER_AGAIN;
}

/* What holds after every exit, whatever it was: what is left is untouched. */
static void world__require_sane(fastpath_t ret, const struct kvm_vcpu_arch *before)
{
	struct kvm_vcpu_stat *s = &me->stat;
	bool handled = fastpath__is_handled(ret);

	unit_require(!unit_rcu_depth && !unit_srcu_depth);
	unit_require(unit_lookups <= PVSCHED_YIELD_MAX_TARGETS);
	unit_require(seen.nr_posted <= MAX_TARGETS);
	unit_require(seen.skips == handled && stat__fast(s) == handled);
	unit_require(stat__slow(s) <= !handled);
	unit_require(seen.base == (ret == EXIT_FASTPATH_EXIT_HANDLED));
	unit_require(s->hypercalls == seen.hypercalls);
	unit_require(seen.msrs + seen.hypercalls == handled);
	unit_require(s->pvsched_yield_asked == s->pvsched_fast_yield);
	unit_require(s->directed_yield_attempted == s->pvsched_fast_sched_yield);
	if (handled)
		return;
	unit_require(!seen.nr_posted && !seen.ipis && !seen.armed && !seen.yields);
	unit_require(!memcmp(before, &me->arch, sizeof(*before)));
}

static bool wrmsr(u32 msr, u64 data)
{
	struct kvm_vcpu_arch before;
	fastpath_t ret;

	world__forget();
	me->arch.unit_rcx = msr;
	me->arch.unit_rax = (u32)data;
	me->arch.unit_rdx = data >> 32;
	before = me->arch;
	ret = pvsched_fast_wrmsr(me);
	world__require_sane(ret, &before);

	return fastpath__is_handled(ret);
}

static bool hypercall(u64 nr, u64 rbx, u64 rcx, u64 rdx, u64 rsi)
{
	struct kvm_vcpu_arch before;
	fastpath_t ret;

	world__forget();
	me->arch.unit_rax = nr;
	me->arch.unit_rbx = rbx;
	me->arch.unit_rcx = rcx;
	me->arch.unit_rdx = rdx;
	me->arch.unit_rsi = rsi;
	before = me->arch;
	ret = pvsched_fast_hypercall(me);
	world__require_sane(ret, &before);

	return fastpath__is_handled(ret);
}

static bool icr(u32 low, u32 dest)
{
	return wrmsr(MSR_ICR, (u64)dest << 32 | low);
}

static bool send_ipi(u64 low, u64 high, u64 first, u64 how)
{
	return hypercall(KVM_HC_SEND_IPI, low, high, first, how);
}

static bool yield(u64 low, u64 high, u64 first, u64 reason)
{
	return hypercall(KVM_HC_PVSCHED_YIELD, low, high, first, reason);
}

static void param__set(const char *name, bool value)
{
	*(bool *)unit_find("param", name) = value;
}

/* One exit of each kind, that nothing speaks against. */
static bool do_icr(void)
{
	return icr(VECTOR, 1);
}

static bool do_self_ipi(void)
{
	return wrmsr(MSR_SELF_IPI, VECTOR);
}

static bool do_send_ipi(void)
{
	return send_ipi(2, 0, 0, VECTOR);
}

static bool do_deadline(void)
{
	return wrmsr(MSR_IA32_TSC_DEADLINE, 1000);
}

static bool do_yield(void)
{
	return yield(2, 0, 0, CALL_FUNC);
}

static bool do_sched_yield(void)
{
	return hypercall(KVM_HC_SCHED_YIELD, 1, 0, 0, 0);
}

#define HANDLED(kind)	offsetof(struct kvm_vcpu_stat, pvsched_fast_##kind)
#define SLOW(reason)	offsetof(struct kvm_vcpu_stat, pvsched_slow_##reason)

static const struct {
	bool (*exit)(void);
	size_t handled;
	const char *param;
} kinds[] = {
	[PVSCHED_FAST_ICR] = { do_icr, HANDLED(icr), "pvsched_fast_ipi" },
	[PVSCHED_FAST_SELF_IPI] = { do_self_ipi, HANDLED(self_ipi), "pvsched_fast_ipi" },
	[PVSCHED_FAST_SEND_IPI] = { do_send_ipi, HANDLED(send_ipi), "pvsched_fast_ipi" },
	[PVSCHED_FAST_DEADLINE] = { do_deadline, HANDLED(deadline), "pvsched_fast_timer" },
	[PVSCHED_FAST_YIELD] = { do_yield, HANDLED(yield), "pvsched_fast_yield" },
	[PVSCHED_FAST_SCHED_YIELD] = { do_sched_yield, HANDLED(sched_yield), "pvsched_fast_yield" },
};

#define NR_KINDS	((int)ARRAY_SIZE(kinds))
#define MSRS		(BIT(PVSCHED_FAST_ICR) | BIT(PVSCHED_FAST_SELF_IPI) | \
			 BIT(PVSCHED_FAST_DEADLINE))
#define X2APIC_MSRS	(BIT(PVSCHED_FAST_ICR) | BIT(PVSCHED_FAST_SELF_IPI))
#define HYPERCALLS	(BIT(PVSCHED_FAST_SEND_IPI) | BIT(PVSCHED_FAST_YIELD) | \
			 BIT(PVSCHED_FAST_SCHED_YIELD))

static u64 stat__at(size_t offset)
{
	return *(u64 *)((char *)&me->stat + offset);
}

/* Those of @affected are left to the base for @reason, the others handled. */
#define EXPECT_SLOW(affected, reason)						\
	do {									\
		for (int kind = 0; kind < NR_KINDS; kind++) {			\
			bool is_slow = (affected) & BIT(kind);			\
										\
			EXPECT_EQ(!is_slow, kinds[kind].exit()) {		\
				TH_LOG("kind %d", kind);			\
			}							\
			EXPECT_EQ(is_slow, stat__at(SLOW(reason)));		\
			EXPECT_EQ(!is_slow, stat__at(kinds[kind].handled));	\
		}								\
	} while (0)

FIXTURE(fast)
{
	int unused;
};

/* No vCPU waits for a CPU, nothing is on its way; a test changes that. */
FIXTURE_SETUP(fast)
{
	world__create();
}

FIXTURE_TEARDOWN(fast)
{
	world__destroy();
}

/*
 * Which kind
 */
TEST_F(fast, kinds)
{
	int kind;

	for (kind = 0; kind < NR_KINDS; kind++) {
		EXPECT_TRUE(kinds[kind].exit());
		EXPECT_EQ(1, stat__at(kinds[kind].handled));
		EXPECT_EQ(kind, seen.kind);
		EXPECT_EQ(PVSCHED_HANDLED, seen.result);
	}
}

TEST_F(fast, other_msrs)
{
	u32 msr;

	for (msr = 0x6d0; msr < 0x900; msr++) {
		if (msr == MSR_ICR || msr == MSR_SELF_IPI || msr == MSR_IA32_TSC_DEADLINE)
			continue;
		EXPECT_FALSE(wrmsr(msr, 0));
		EXPECT_EQ(1, seen.base);
		EXPECT_EQ(0, stat__slow(&me->stat));
	}
}

/* The upper half of a register says nothing of the MSR. */
TEST_F(fast, wide_msr)
{
	world__forget();
	me->arch.unit_rcx = BIT(40) | MSR_SELF_IPI;
	me->arch.unit_rax = VECTOR;
	EXPECT_TRUE(fastpath__is_handled(pvsched_fast_wrmsr(me)));
	EXPECT_EQ(1, me->stat.pvsched_fast_self_ipi);
}

TEST_F(fast, other_hypercalls)
{
	u32 nr;

	for (nr = 0; nr < 256; nr++) {
		if (nr == KVM_HC_SEND_IPI || nr == KVM_HC_SCHED_YIELD ||
		    nr == KVM_HC_PVSCHED_YIELD)
			continue;
		EXPECT_FALSE(hypercall(nr, 1, 0, 0, 1));
		EXPECT_EQ(0, stat__slow(&me->stat));
	}
	EXPECT_FALSE(hypercall(BIT(32) | KVM_HC_SEND_IPI, 1, 0, 0, VECTOR));
	EXPECT_EQ(1, me->stat.pvsched_slow_caller);
}

/*
 * What each kind needs
 */
TEST_F(fast, single_step)
{
	me->guest_debug = KVM_GUESTDBG_SINGLESTEP;
	EXPECT_SLOW(MSRS | HYPERCALLS, debug);
	me->guest_debug = 0;
	me->unit_rflags = X86_EFLAGS_TF;
	EXPECT_SLOW(MSRS | HYPERCALLS, debug);
	me->unit_rflags = ~X86_EFLAGS_TF;
	EXPECT_SLOW(0, debug);
}

TEST_F(fast, no_lapic)
{
	struct kvm_lapic *apic = me->arch.apic;

	me->arch.apic = NULL;
	EXPECT_SLOW(MSRS | BIT(PVSCHED_FAST_SEND_IPI), apic);
	me->arch.apic = apic;
}

TEST_F(fast, xapic)
{
	me->arch.apic->unit_x2apic = false;
	EXPECT_SLOW(X2APIC_MSRS, apic);
}

TEST_F(fast, apicv)
{
	me->arch.apic->apicv_active = true;
	EXPECT_SLOW(X2APIC_MSRS | BIT(PVSCHED_FAST_SEND_IPI), apic);

	/* The base's own fastpath sends what is left to it. */
	EXPECT_FALSE(do_icr());
	EXPECT_EQ(1, seen.base);
	EXPECT_EQ(1, me->stat.pvsched_slow_apic);
}

static bool msr_allowed;

bool kvm_msr_allowed(struct kvm_vcpu *vcpu, u32 index, u32 type)
{
	return msr_allowed && index == MSR_IA32_TSC_DEADLINE && type == KVM_MSR_FILTER_WRITE;
}

TEST_F(fast, msr_filter)
{
	kvm.arch.msr_filter = &kvm;
	msr_allowed = false;
	EXPECT_SLOW(BIT(PVSCHED_FAST_DEADLINE), filter);
	msr_allowed = true;
	EXPECT_SLOW(0, filter);
	kvm.arch.msr_filter = NULL;
}

TEST_F(fast, caller)
{
	int cpl;

	for (cpl = 1; cpl < 4; cpl++) {
		me->unit_cpl = cpl;
		EXPECT_SLOW(HYPERCALLS, caller);
	}
	me->unit_cpl = 0;

	kvm.arch.unit_xen_hypercalls = true;
	EXPECT_SLOW(HYPERCALLS, caller);
	kvm.arch.unit_xen_hypercalls = false;

	me->unit_hv_hypercalls = true;
	EXPECT_SLOW(HYPERCALLS, caller);
	me->unit_hv_hypercalls = false;

	me->arch.guest_state_protected = true;
	EXPECT_SLOW(HYPERCALLS, caller);
	me->arch.guest_state_protected = false;
	EXPECT_SLOW(0, caller);
}

/* Outside 64-bit mode upper halves are garbage, and RCX begins at bit 32. */
TEST_F(fast, narrow_caller)
{
	me->unit_64_bit = false;
	EXPECT_SLOW(0, caller);
	EXPECT_TRUE(yield(U32_MAX, 0, 0, CALL_FUNC));
	EXPECT_FALSE(yield(BIT(32), 0, 0, CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_caller);
	EXPECT_FALSE(yield(2, 1, 0, CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_caller);
	EXPECT_FALSE(yield(2, 0, BIT(32), CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_caller);
	EXPECT_FALSE(yield(2, 0, 0, BIT(32) | CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_caller);

	me->unit_64_bit = true;
	EXPECT_TRUE(yield(BIT(32), 1, 0, CALL_FUNC));
}

/*
 * Switches
 */
TEST_F(fast, switches)
{
	int kind, other;

	for (kind = 0; kind < NR_KINDS; kind++) {
		param__set(kinds[kind].param, false);
		for (other = 0; other < NR_KINDS; other++) {
			bool off = !strcmp(kinds[kind].param, kinds[other].param);

			EXPECT_EQ(!off, kinds[other].exit());
			EXPECT_EQ(0, stat__slow(&me->stat));
			EXPECT_EQ(off && (MSRS & BIT(other)), seen.base);
		}
		param__set(kinds[kind].param, true);
	}
}

/* Off, not even a hypercall that is too long is counted. */
TEST_F(fast, off_counts_nothing)
{
	param__set("pvsched_fast_ipi", false);
	EXPECT_FALSE(send_ipi(ALL, ALL, 0, VECTOR));
	EXPECT_EQ(0, stat__slow(&me->stat));
}

TEST_F(fast, hypercalls_of_userspace)
{
	kvm.arch.hypercall_exit_enabled = BIT(KVM_HC_SEND_IPI);
	EXPECT_FALSE(do_send_ipi());
	EXPECT_EQ(0, stat__slow(&me->stat));
	EXPECT_TRUE(do_sched_yield());

	kvm.arch.hypercall_exit_enabled = BIT(KVM_HC_SCHED_YIELD);
	EXPECT_TRUE(do_send_ipi());
	EXPECT_FALSE(do_sched_yield());

	/* The mask has no bit for a number that large. */
	kvm.arch.hypercall_exit_enabled = U32_MAX;
	EXPECT_TRUE(do_yield());
	kvm.arch.hypercall_exit_enabled = 0;
}

/*
 * The ICR
 */
TEST_F(fast, icr_reserved)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		bool reserved = bit >= 20 || bit == 16 || bit == 17 || bit == 13;

		icr(VECTOR | BIT(bit), 1);
		EXPECT_EQ(reserved, me->stat.pvsched_slow_invalid) {
			TH_LOG("bit %u", bit);
		}
	}
}

TEST_F(fast, icr_modes)
{
	u32 mode;

	for (mode = 0x100; mode <= APIC_MODE_MASK; mode += 0x100) {
		EXPECT_FALSE(icr(VECTOR | mode, 1));
		EXPECT_EQ(1, me->stat.pvsched_slow_mode);
		EXPECT_FALSE(icr(VECTOR | mode | APIC_DEST_SELF, 1));
		EXPECT_EQ(1, me->stat.pvsched_slow_mode);
	}
}

TEST_F(fast, icr_shorthands)
{
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_SELF, 5));
	EXPECT_EQ(1, seen.nr_posted);
	EXPECT_EQ(me, seen.posted[0]);
	EXPECT_FALSE(icr(VECTOR | 0x80000, 5));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
	EXPECT_FALSE(icr(VECTOR | 0xc0000, 5));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
}

TEST_F(fast, icr_physical)
{
	vcpu__remove(7);
	EXPECT_TRUE(icr(VECTOR, 5));
	EXPECT_EQ(1, seen.nr_posted);
	EXPECT_EQ(vcpu__at(5), seen.posted[0]);
	EXPECT_EQ(VECTOR, seen.vector);
	EXPECT_EQ(1, seen.kicks);
	EXPECT_EQ(1, seen.ipis);

	EXPECT_TRUE(icr(VECTOR, MAX_ID));
	EXPECT_EQ(vcpu__at(MAX_ID), seen.posted[0]);

	/* No vCPU is there: as with hardware, nothing happens. */
	EXPECT_TRUE(icr(VECTOR, 7));
	EXPECT_EQ(0, seen.nr_posted);
	EXPECT_TRUE(icr(VECTOR, MAX_ID + 1));
	EXPECT_EQ(0, seen.nr_posted);
	EXPECT_TRUE(icr(VECTOR, X2APIC_BROADCAST - 1));
	EXPECT_EQ(0, seen.nr_posted);
}

TEST_F(fast, icr_broadcast)
{
	EXPECT_FALSE(icr(VECTOR, X2APIC_BROADCAST));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
	EXPECT_FALSE(icr(VECTOR | APIC_DEST_MASK, X2APIC_BROADCAST));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);

	EXPECT_TRUE(icr(VECTOR, APIC_BROADCAST));
	EXPECT_EQ(vcpu__at(APIC_BROADCAST), seen.posted[0]);
}

/* To those in xAPIC mode 255 is a broadcast, and clusters are others. */
TEST_F(fast, icr_mixed_modes)
{
	kvm.arch.apic_map->logical_mode = KVM_APIC_MODE_MAP_DISABLED;
	EXPECT_TRUE(icr(VECTOR, 5));
	EXPECT_FALSE(icr(VECTOR, APIC_BROADCAST));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
	EXPECT_FALSE(icr(VECTOR | APIC_DEST_MASK, 0x10001));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
}

TEST_F(fast, icr_cluster)
{
	int i;

	EXPECT_TRUE(icr(VECTOR | APIC_DEST_MASK, 0x1ffff));
	EXPECT_EQ(16, seen.nr_posted);
	for (i = 0; i < 16; i++)
		EXPECT_EQ(vcpu__at(16 + i), seen.posted[i]);

	vcpu__remove(20);
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_MASK, 0x1ffff));
	EXPECT_EQ(15, seen.nr_posted);
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_MASK, 0x18011));
	EXPECT_EQ(2, seen.nr_posted);
	EXPECT_EQ(vcpu__at(16), seen.posted[0]);
	EXPECT_EQ(vcpu__at(31), seen.posted[1]);

	/* The last cluster is not whole; the ones behind it are not there. */
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_MASK, 0x12ffff));
	EXPECT_EQ(MAX_ID + 1 - 288, seen.nr_posted);
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_MASK, 0xfffeffff));
	EXPECT_EQ(0, seen.nr_posted);
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_MASK, 0x10000));
	EXPECT_EQ(0, seen.nr_posted);
}

TEST_F(fast, icr_no_table)
{
	struct kvm_apic_map *map = kvm.arch.apic_map;

	kvm.arch.apic_map = NULL;
	EXPECT_FALSE(icr(VECTOR, 1));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_SELF, 1));
	EXPECT_FALSE(do_send_ipi());
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	EXPECT_FALSE(do_yield());
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	EXPECT_TRUE(do_sched_yield());
	kvm.arch.apic_map = map;
}

/* What the guest reads back, in either layout; never as busy. */
TEST_F(fast, icr_register)
{
	char *regs = me->arch.apic->regs;

	EXPECT_TRUE(icr(VECTOR | APIC_ICR_BUSY, 0x105));
	EXPECT_EQ(0x105ull << 32 | VECTOR, *(u64 *)(regs + APIC_ICR));
	EXPECT_EQ(0, *(u32 *)(regs + APIC_ICR2));

	kvm_x86_ops.x2apic_icr_is_split = true;
	EXPECT_TRUE(icr(VECTOR + 1, 0x106));
	EXPECT_EQ(0x105ull << 32 | (VECTOR + 1), *(u64 *)(regs + APIC_ICR));
	EXPECT_EQ(0x106, *(u32 *)(regs + APIC_ICR2));
}

/*
 * Posting
 */
TEST_F(fast, levels)
{
	static const u32 how[] = { APIC_INT_ASSERT, 0, APIC_DEST_SELF, APIC_DEST_LOGICAL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		EXPECT_FALSE(icr(VECTOR | APIC_INT_LEVELTRIG | how[i], 1));
		EXPECT_EQ(1, me->stat.pvsched_slow_mode);
	}
	EXPECT_FALSE(send_ipi(0xe, 0, 0, VECTOR | APIC_INT_LEVELTRIG | APIC_INT_ASSERT));
	EXPECT_EQ(1, me->stat.pvsched_slow_mode);
}

TEST_F(fast, post_uncommon)
{
	struct kvm_lapic *apic = vcpu__at(1)->arch.apic;

	((u32 *)(apic->regs + APIC_TMR))[VECTOR / 32 * 4] = BIT(VECTOR % 32);
	EXPECT_TRUE(icr(VECTOR, 1));
	EXPECT_EQ(1, seen.nr_set);
	EXPECT_TRUE(!seen.irq.trig_mode && seen.irq.vector == VECTOR);
	EXPECT_TRUE(icr(VECTOR + 1, 1));
	EXPECT_EQ(0, seen.nr_set);
	EXPECT_EQ(1, seen.nr_posted);

	apic->apicv_active = true;
	EXPECT_TRUE(icr(VECTOR + 1, 1));
	EXPECT_EQ(1, seen.nr_set);
}

TEST_F(fast, post_disabled)
{
	vcpu__at(1)->arch.apic->unit_sw_enabled = false;
	vcpu__at(2)->arch.apic->unit_hw_enabled = false;
	EXPECT_TRUE(send_ipi(0xe, 0, 0, VECTOR));
	EXPECT_EQ(1, me->arch.unit_rax);
	EXPECT_EQ(1, seen.nr_posted);
	EXPECT_EQ(vcpu__at(3), seen.posted[0]);
}

TEST_F(fast, self_ipi)
{
	EXPECT_TRUE(wrmsr(MSR_SELF_IPI, 0xff));
	EXPECT_EQ(me, seen.posted[0]);
	EXPECT_EQ(0xff, seen.vector);
	EXPECT_FALSE(wrmsr(MSR_SELF_IPI, 0x100));
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	EXPECT_FALSE(wrmsr(MSR_SELF_IPI, BIT(32) | VECTOR));
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
}

/*
 * KVM_HC_SEND_IPI
 */
TEST_F(fast, send_ipi_bound)
{
	EXPECT_TRUE(send_ipi(0xffff, 0, 0, VECTOR));
	EXPECT_EQ(16, me->arch.unit_rax);
	EXPECT_FALSE(send_ipi(0x1ffff, 0, 0, VECTOR));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
	EXPECT_TRUE(send_ipi(0xff00000000000000, 0xff, 0, VECTOR));
	EXPECT_EQ(16, me->arch.unit_rax);
	EXPECT_FALSE(send_ipi(0xff00000000000000, 0x1ff, 0, VECTOR));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
	EXPECT_FALSE(send_ipi(0, ALL, 0, VECTOR));
	EXPECT_EQ(1, me->stat.pvsched_slow_bound);
}

TEST_F(fast, send_ipi_window)
{
	vcpu__remove(101);
	EXPECT_TRUE(send_ipi(7, 1, 100, VECTOR));
	EXPECT_EQ(3, me->arch.unit_rax);
	EXPECT_EQ(vcpu__at(100), seen.posted[0]);
	EXPECT_EQ(vcpu__at(102), seen.posted[1]);
	EXPECT_EQ(vcpu__at(164), seen.posted[2]);

	EXPECT_TRUE(send_ipi(0, 0, 100, VECTOR));
	EXPECT_EQ(0, me->arch.unit_rax);
	EXPECT_TRUE(send_ipi(3, 0, MAX_ID, VECTOR));
	EXPECT_EQ(1, me->arch.unit_rax);
	/* It does not wrap around. */
	EXPECT_TRUE(send_ipi(0xff, 0, U32_MAX, VECTOR));
	EXPECT_EQ(0, me->arch.unit_rax);
}

TEST_F(fast, send_ipi_invalid)
{
	EXPECT_FALSE(send_ipi(2, 0, 0, VECTOR | APIC_DEST_MASK));
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	EXPECT_FALSE(send_ipi(2, 0, 0, VECTOR | APIC_DEST_SELF));
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	EXPECT_FALSE(send_ipi(2, 0, 0, VECTOR | 0x80000));
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	EXPECT_FALSE(send_ipi(2, 0, 0, VECTOR | 0x400));
	EXPECT_EQ(1, me->stat.pvsched_slow_mode);

	me->arch.pv_cpuid.features = ~(u32)BIT(KVM_FEATURE_PV_SEND_IPI);
	EXPECT_FALSE(do_send_ipi());
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
}

/*
 * The TSC deadline
 */
TEST_F(fast, deadline)
{
	struct kvm_timer *timer = &me->arch.apic->lapic_timer;

	kvm_x86_ops.set_hv_timer = true;
	EXPECT_TRUE(wrmsr(MSR_IA32_TSC_DEADLINE, 0x123456789abcdef0));
	EXPECT_EQ(0x123456789abcdef0, seen.deadline);
	EXPECT_FALSE(seen.started);
	EXPECT_TRUE(wrmsr(MSR_IA32_TSC_DEADLINE, 0));
	EXPECT_TRUE(seen.armed);

	timer->timer.unit_running = true;
	EXPECT_SLOW(BIT(PVSCHED_FAST_DEADLINE), busy);
}

/* Without a hardware timer, nothing that only starts is cancelled first. */
TEST_F(fast, deadline_restart)
{
	struct kvm_timer *timer = &me->arch.apic->lapic_timer;

	timer->pending.counter = 1;
	EXPECT_TRUE(wrmsr(MSR_IA32_TSC_DEADLINE, 0x123456789abcdef0));
	EXPECT_TRUE(seen.started);
	EXPECT_FALSE(seen.timer_cancelled);
	EXPECT_EQ(0x123456789abcdef0, seen.deadline);
	EXPECT_EQ(0, timer->pending.counter);

	/* The old deadline must not outlive the new one. */
	passed = true;
	EXPECT_TRUE(wrmsr(MSR_IA32_TSC_DEADLINE, 1));
	EXPECT_TRUE(seen.timer_cancelled);
	EXPECT_EQ(1, timer->pending.counter);
}

/* All else is the base's. */
TEST_F(fast, deadline_no_restart)
{
	struct kvm_lapic *apic = me->arch.apic;
	struct kvm_timer *timer = &apic->lapic_timer;
	bool *const obstacles[] = { &kvm_x86_ops.set_hv_timer, &apic->apicv_active };
	unsigned int i;

	EXPECT_TRUE(wrmsr(MSR_IA32_TSC_DEADLINE, 0));
	EXPECT_TRUE(seen.armed && !seen.started);
	for (i = 0; i < ARRAY_SIZE(obstacles); i++) {
		*obstacles[i] = true;
		EXPECT_TRUE(do_deadline());
		EXPECT_TRUE(seen.armed && !seen.started) {
			TH_LOG("obstacle %u", i);
		}
		*obstacles[i] = false;
	}
	apic->unit_hw_enabled = false;
	EXPECT_TRUE(do_deadline());
	EXPECT_TRUE(seen.armed && !seen.started);
	apic->unit_hw_enabled = true;

	timer->timer_mode = 0;
	EXPECT_TRUE(do_deadline());
	EXPECT_TRUE(seen.armed && !seen.started);
	timer->timer_mode = APIC_LVT_TIMER_TSCDEADLINE;

	/* In another CPU's queue, where its callback may run now. */
	cpu_base.cpu = unit_cpu + 1;
	EXPECT_TRUE(do_deadline());
	EXPECT_TRUE(seen.armed && !seen.started);
	timer->timer.unit_running = true;
	EXPECT_FALSE(do_deadline());
	EXPECT_EQ(1, me->stat.pvsched_slow_busy);
}

/*
 * Yields
 */
TEST_F(fast, yield_tally)
{
	struct kvm_vcpu_stat *s = &me->stat;

	vcpu__remove(3);
	vcpu__remove(70);
	/* The caller runs, whatever was last said of it. */
	me->ready = true;
	EXPECT_TRUE(yield(0xff, 0xff, 0, CALL_FUNC));
	EXPECT_EQ(0, me->arch.unit_rax);
	EXPECT_EQ(1, s->pvsched_yield_refused_self);
	EXPECT_EQ(2, s->pvsched_yield_refused_absent);
	EXPECT_EQ(13, s->pvsched_yield_refused_idle);
	EXPECT_EQ(0, s->pvsched_yield_directed);
	EXPECT_EQ(16, seen.named);
	EXPECT_EQ(CALL_FUNC, seen.reason);

	EXPECT_TRUE(yield(ALL, ALL, U32_MAX, CALL_FUNC));
	EXPECT_EQ(128, s->pvsched_yield_refused_absent);
	EXPECT_TRUE(yield(ALL, ALL, 100, CALL_FUNC));
	EXPECT_EQ(128, s->pvsched_yield_refused_idle);
}

/* A yield without a target is for the host to choose one, unless it does not. */
TEST_F(fast, yield_untargeted)
{
	EXPECT_FALSE(yield(0, 0, 0, CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_waiting);
	EXPECT_TRUE(yield(0, 2, 0, CALL_FUNC));
	pvsched_boost = false;
	EXPECT_TRUE(yield(0, 0, 0, CALL_FUNC));
	EXPECT_EQ(0, seen.named);
	pvsched_boost = true;
}

TEST_F(fast, yield_waiting)
{
	vcpu__at(5)->ready = true;
	EXPECT_FALSE(yield(0xff, 0, 0, CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_waiting);
	EXPECT_TRUE(yield(0x1f, 0, 0, CALL_FUNC));

	vcpu__at(164)->ready = true;
	EXPECT_FALSE(yield(0, 1, 100, CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_waiting);
	EXPECT_TRUE(yield(0, 2, 100, CALL_FUNC));
}

TEST_F(fast, yield_invalid)
{
	static const u64 bad[] = { 0, 3, PVSCHED_YIELD_REASONS + 1, BIT(32) | 1, BIT(63), ALL };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_FALSE(yield(2, 0, 0, bad[i]));
		EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	}
	EXPECT_FALSE(yield(2, 0, BIT(32), CALL_FUNC));
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);

	pvsched_yield = false;
	EXPECT_FALSE(do_yield());
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
	pvsched_yield = true;

	/* Also for a guest to which CPUID is not enforced. */
	me->arch.pv_cpuid.enforce = false;
	me->arch.pv_cpuid.features = ~(u32)BIT(PVSCHED_FEATURE_YIELD);
	EXPECT_FALSE(do_yield());
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
}

TEST_F(fast, sched_yield)
{
	EXPECT_TRUE(do_sched_yield());
	EXPECT_EQ(0, me->arch.unit_rax);

	vcpu__at(1)->ready = true;
	EXPECT_FALSE(do_sched_yield());
	EXPECT_EQ(1, me->stat.pvsched_slow_waiting);
	/* Alone on its CPU: with the boost the target runs elsewhere, or is pulled. */
	alone = true;
	EXPECT_FALSE(do_sched_yield());
	EXPECT_EQ(1, me->stat.pvsched_slow_waiting);
	pvsched_boost = false;
	EXPECT_TRUE(do_sched_yield());
	alone = false;
	EXPECT_FALSE(do_sched_yield());
	pvsched_boost = true;

	me->ready = true;
	EXPECT_TRUE(hypercall(KVM_HC_SCHED_YIELD, 0, 0, 0, 0));
	EXPECT_TRUE(hypercall(KVM_HC_SCHED_YIELD, MAX_ID + 1, 0, 0, 0));
	EXPECT_TRUE(hypercall(KVM_HC_SCHED_YIELD, BIT(32) | 1, 0, 0, 0));

	me->arch.pv_cpuid.features = ~(u32)BIT(KVM_FEATURE_PV_SCHED_YIELD);
	EXPECT_FALSE(do_sched_yield());
	EXPECT_EQ(1, me->stat.pvsched_slow_invalid);
}

/*
 * The way back in
 */
static fastpath_t way_in(void)
{
	world__forget();
	me->arch.unit_rcx = MSR_ICR;
	me->arch.unit_rax = VECTOR;
	me->arch.unit_rdx = 1;
	return pvsched_fast_wrmsr(me);
}

TEST_F(fast, way_in)
{
	bool *const obstacles[] = { &work_pending, &tracing, &me->arch.apicv_active };
	unsigned int i;

	EXPECT_EQ(EXIT_FASTPATH_ENTER_AGAIN, way_in());
	EXPECT_TRUE(seen.prepared);
	for (i = 0; i < ARRAY_SIZE(obstacles); i++) {
		*obstacles[i] = true;
		EXPECT_EQ(EXIT_FASTPATH_REENTER_GUEST, way_in()) {
			TH_LOG("obstacle %u", i);
		}
		*obstacles[i] = false;
	}
	me->mode = 0;
	EXPECT_EQ(EXIT_FASTPATH_REENTER_GUEST, way_in());
	me->mode = IN_GUEST_MODE;
	me->requests = BIT(5);
	EXPECT_EQ(EXIT_FASTPATH_REENTER_GUEST, way_in());
	me->requests = 0;

	/* Its own interrupt asks the vCPU to leave. */
	me->arch.unit_rcx = MSR_SELF_IPI;
	me->arch.unit_rdx = 0;
	EXPECT_EQ(EXIT_FASTPATH_REENTER_GUEST, pvsched_fast_wrmsr(me));
}

/* A TPR is left alone where writing it would change nothing. */
TEST_F(fast, keeps_tpr)
{
	struct kvm_lapic *apic = me->arch.apic;

	kvm_lapic_get_reg(apic, APIC_TASKPRI) = 0x50;
	EXPECT_TRUE(pvsched_keeps_tpr(me, 5));
	EXPECT_FALSE(pvsched_keeps_tpr(me, 4));
	kvm_lapic_get_reg(apic, APIC_TASKPRI) = 0x51;
	EXPECT_FALSE(pvsched_keeps_tpr(me, 5));
	kvm_lapic_get_reg(apic, APIC_TASKPRI) = 0;
	EXPECT_TRUE(pvsched_keeps_tpr(me, 0));

	me->arch.apic = NULL;
	EXPECT_FALSE(pvsched_keeps_tpr(me, 0));
	me->arch.apic = apic;
	param__set("pvsched_fast_ipi", false);
	EXPECT_FALSE(pvsched_keeps_tpr(me, 0));
}

static bool enters_again(fastpath_t *ret, bool may)
{
	world__forget();
	return pvsched_enters_again(me, ret, may);
}

/* The base's own answers go round the loop, and so does a special entry. */
TEST_F(fast, enters_again)
{
	fastpath_t ret;

	for (ret = EXIT_FASTPATH_NONE; ret < EXIT_FASTPATH_ENTER_AGAIN; ret++) {
		fastpath_t before = ret;

		EXPECT_FALSE(enters_again(&ret, true));
		EXPECT_EQ(before, ret);
		EXPECT_EQ(0, me->stat.exits);
	}
	EXPECT_TRUE(enters_again(&ret, true));
	EXPECT_EQ(1, me->stat.exits);
	EXPECT_FALSE(enters_again(&ret, false));
	EXPECT_EQ(EXIT_FASTPATH_REENTER_GUEST, ret);
	EXPECT_EQ(0, me->stat.exits);
}

/* An instruction that was answered is one that the PMU counts, if it counts. */
TEST_F(fast, retired)
{
	struct kvm_pmu *pmu = &me->arch.unit_pmu;

	EXPECT_TRUE(do_deadline());
	EXPECT_EQ(0, seen.retired);
	pmu->all_valid_pmc_idx[0] = 3;
	EXPECT_TRUE(do_deadline());
	EXPECT_EQ(1, seen.retired);
	pmu->unit_has_global_ctrl = true;
	EXPECT_TRUE(do_deadline());
	EXPECT_EQ(0, seen.retired);
	pmu->global_ctrl = 2;
	EXPECT_TRUE(do_deadline());
	EXPECT_EQ(1, seen.retired);
}

/*
 * Events for the vCPU itself
 */
static bool inject(u64 requests)
{
	int mode = me->mode;
	bool ret;

	world__forget();
	me->requests = requests;
	me->arch.interrupt.injected = false;
	ret = pvsched_fast_inject(me);
	unit_require(!unit_srcu_depth && !pagefaults_off && !seen.kicks);
	unit_require(ret == me->stat.pvsched_fast_inject);
	unit_require(!ret || (!me->requests && me->mode == IN_GUEST_MODE));
	/* What is not injected is not lost, and no mark of another CPU either. */
	unit_require(ret || !(requests & ~(me->requests | BIT(KVM_REQ_UNBLOCK))));
	/* Nor is a timer that is pending, or an exception: to cancel would drop it. */
	unit_require(!me->arch.apic->lapic_timer.pending.counter || me->requests || ret);
	unit_require(!me->arch.exception.pending || !seen.cancelled);
	unit_require(mode == IN_GUEST_MODE || me->mode == mode);

	return ret;
}

static void timer__expires(void)
{
	me->arch.apic->lapic_timer.pending.counter = 1;
	me->arch.apic->lapic_timer.tscdeadline = 1000;
}

TEST_F(fast, inject)
{
	allowed = 1;
	irr_pending = 1;
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(1, seen.injected);
	EXPECT_EQ(0, seen.windows);
	EXPECT_EQ(1, me->stat.req_event);

	/* Nothing that the TPR lets through, or nothing at all. */
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_TRUE(inject(BIT(KVM_REQ_UNBLOCK)));
	EXPECT_EQ(0, seen.injected);
	irr_pending = 1;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT) | BIT(5)));
	EXPECT_EQ(0, seen.injected);
	work_pending = true;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(1, seen.cancelled);
}

/* The guest has interrupts off, or takes one of two: be told when it takes another. */
TEST_F(fast, inject_window)
{
	irr_pending = 1;
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(0, seen.injected + seen.acked);
	EXPECT_EQ(1, seen.windows);

	allowed = 1;
	irr_pending = 2;
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(1, seen.injected);
	EXPECT_EQ(1, seen.windows);

	/* Not at all now, as when a nested entry is on its way. */
	allowed = -EBUSY;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(1, seen.cancelled);
	EXPECT_EQ(0, seen.windows);
}

TEST_F(fast, inject_timer)
{
	struct kvm_timer *timer = &me->arch.apic->lapic_timer;
	u32 *lvtt = me->arch.apic->regs + APIC_LVTT;

	allowed = irr_pending = 1;
	*lvtt = VECTOR;
	timer__expires();
	EXPECT_TRUE(inject(BIT(KVM_REQ_UNBLOCK)));
	EXPECT_EQ(1, seen.injected);
	EXPECT_EQ(VECTOR, seen.vector);
	EXPECT_EQ(0, timer->pending.counter + timer->tscdeadline);

	/* Another mode, or a vector that was level-triggered: the base's, still pending. */
	timer__expires();
	timer->timer_mode = 0;
	EXPECT_FALSE(inject(BIT(KVM_REQ_UNBLOCK)));
	EXPECT_EQ(0, seen.nr_posted);
	timer->timer_mode = APIC_LVT_TIMER_TSCDEADLINE;
	((u32 *)(me->arch.apic->regs + APIC_TMR))[VECTOR / 32 * 4] = BIT(VECTOR % 32);
	EXPECT_FALSE(inject(BIT(KVM_REQ_UNBLOCK)));
	EXPECT_EQ(0, seen.nr_posted);
	EXPECT_EQ(1, timer->pending.counter);
}

/* Where it might sleep, fault or take long, and where other events wait. */
TEST_F(fast, inject_not_simple)
{
	bool *const obstacles[] = {
		&me->arch.exception.pending, &me->arch.exception_vmexit.pending,
		&me->arch.nmi_pending, &me->arch.smi_pending, &me->unit_reinjection,
		&me->unit_init, &me->unit_extint, &me->run->request_interrupt_window,
		&kvm.arch.unit_xen_msr, &me->unit_guest_mode, &enable_apicv,
		&me->unit_real_mode, &me->unit_xen_timer, &me->unit_hyperv,
	};
	unsigned int i;

	allowed = irr_pending = 1;
	for (i = 0; i < ARRAY_SIZE(obstacles); i++) {
		*obstacles[i] = true;
		EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT))) {
			TH_LOG("obstacle %u", i);
		}
		EXPECT_EQ(0, seen.injected + seen.windows);
		*obstacles[i] = false;
	}
	me->guest_debug = 1;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	me->guest_debug = 0;
	me->arch.apic_attention = BIT(KVM_APIC_CHECK_VAPIC);
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	me->arch.apic_attention = 0;
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
}

/* An INIT and a timer that come right before their request is cleared. */
static void init_comes(int req)
{
	if (req == KVM_REQ_EVENT)
		me->unit_init = true;
}

static void timer_fires(int req)
{
	if (req == KVM_REQ_UNBLOCK)
		timer__expires();
}

TEST_F(fast, inject_swallows_nothing)
{
	allowed = irr_pending = 1;
	before_clear = init_comes;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_TRUE(me->requests & BIT(KVM_REQ_EVENT));
	EXPECT_EQ(0, seen.injected);
	me->unit_init = false;

	before_clear = timer_fires;
	EXPECT_TRUE(inject(BIT(KVM_REQ_UNBLOCK)));
	EXPECT_EQ(1, seen.nr_posted);
	EXPECT_EQ(0, me->arch.apic->lapic_timer.pending.counter);
}

static void is_kicked(void)
{
	me->mode = EXITING_GUEST_MODE;
}

static void is_asked(void)
{
	kvm_make_request(5, me);
}

/* A kick without a request, as of dirty logging, and one with: before and meanwhile. */
TEST_F(fast, inject_kicked)
{
	allowed = 1;
	irr_pending = 3;
	me->mode = EXITING_GUEST_MODE;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(0, seen.injected);
	me->mode = IN_GUEST_MODE;

	while_injecting = is_kicked;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(EXITING_GUEST_MODE, me->mode);
	EXPECT_EQ(1, seen.cancelled);
	me->mode = IN_GUEST_MODE;

	while_injecting = is_asked;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(BIT(KVM_REQ_EVENT) | BIT(5), me->requests);
	EXPECT_EQ(1, seen.cancelled);
}

/* From the exit to the entry: an IPI to itself asks for no more than its event. */
TEST_F(fast, inject_self_ipi)
{
	allowed = irr_pending = 1;
	EXPECT_TRUE(do_self_ipi());
	EXPECT_EQ(BIT(KVM_REQ_EVENT), me->requests);
	EXPECT_EQ(IN_GUEST_MODE, me->mode);
	EXPECT_TRUE(icr(VECTOR | APIC_DEST_SELF, 0));
	EXPECT_TRUE(icr(VECTOR, 0));
	EXPECT_TRUE(send_ipi(1, 0, 0, VECTOR));
	EXPECT_EQ(0, seen.kicks);
	EXPECT_TRUE(inject(me->requests));
	EXPECT_TRUE(send_ipi(2, 0, 0, VECTOR));
	EXPECT_EQ(1, seen.kicks);
}

/* Each part's own events, and with both off nothing. */
TEST_F(fast, inject_switches)
{
	param__set("pvsched_fast_ipi", false);
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	timer__expires();
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));

	param__set("pvsched_fast_ipi", true);
	param__set("pvsched_fast_timer", false);
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	timer__expires();
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));

	param__set("pvsched_fast_ipi", false);
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
}

TEST_F(fast, inject_pv_eoi)
{
	me->arch.apic_attention = BIT(KVM_APIC_PV_EOI_PENDING);
	me->arch.pv_eoi.msr_val = KVM_MSR_ENABLED;

	/* The guest has not ended it. */
	me->arch.pv_eoi.data = KVM_PV_EOI_ENABLED;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(0, seen.eois);

	me->arch.pv_eoi.data = 0;
	page_is_out = true;
	EXPECT_FALSE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(0, seen.eois);

	page_is_out = false;
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(1, seen.eois);
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(0, seen.eois);
}

static void ipi_comes(int req)
{
	kvm_make_request(KVM_REQ_EVENT, me);
}

/* Nothing is injected above an interrupt that the guest has ended, and KVM has not. */
TEST_F(fast, inject_after_pv_eoi)
{
	me->arch.apic_attention = BIT(KVM_APIC_PV_EOI_PENDING);
	me->arch.pv_eoi.msr_val = KVM_MSR_ENABLED;
	me->arch.pv_eoi.data = 0;
	allowed = irr_pending = 1;

	after_test = ipi_comes;
	EXPECT_FALSE(inject(BIT(KVM_REQ_UNBLOCK)));
	EXPECT_EQ(0, seen.injected + seen.eois);
	EXPECT_TRUE(me->requests & BIT(KVM_REQ_EVENT));

	after_test = NULL;
	EXPECT_TRUE(inject(BIT(KVM_REQ_EVENT)));
	EXPECT_EQ(1, seen.eois);
	EXPECT_EQ(1, seen.injected);
}

/*
 * Hostile values: world__require_sane() and the sanitizers judge.
 */
static u64 random_arg(void)
{
	static const u64 edge[] = { 0, 1, 2, VECTOR, 0xffff, MAX_ID, MAX_ID + 1, U32_MAX - 63,
				    U32_MAX, BIT(32), BIT(63), ALL };

	return random_register(edge, ARRAY_SIZE(edge));
}

static bool random_exit(void)
{
	static const u32 msrs[] = { MSR_ICR, MSR_SELF_IPI, MSR_IA32_TSC_DEADLINE, 0x10 };
	static const u32 calls[] = { KVM_HC_SEND_IPI, KVM_HC_SCHED_YIELD, KVM_HC_PVSCHED_YIELD, 5 };
	u64 r = random_u64();

	me->unit_64_bit = r & 1;
	me->unit_cpl = r & 0xf0 ? 0 : 3;
	kvm.arch.apic_map->logical_mode = r & 0xf00 ? KVM_APIC_MODE_X2APIC :
						       KVM_APIC_MODE_MAP_DISABLED;
	if (r & 0x1000)
		return wrmsr(msrs[r >> 32 & 3], random_arg());

	return hypercall(calls[r >> 32 & 3], random_arg(), random_arg(),
			 random_arg(), random_arg());
}

TEST_F(fast, hostile_values)
{
	unsigned int i, handled = 0;
	u32 id;

	for (id = 1; id <= MAX_ID; id += 1 + random_u64() % 8)
		vcpu__remove(id);
	for (id = 1; id <= MAX_ID; id++)
		if (kvm.arch.apic_map->phys_map[id] && !(random_u64() % 16))
			vcpu__at(id)->ready = true;
	for (i = 0; i < 40000; i++)
		handled += random_exit();

	/* The values are not so hostile that nothing was ever answered. */
	EXPECT_GT(handled, 2000);
	EXPECT_LT(handled, 38000);
}

TEST_HARNESS_MAIN
