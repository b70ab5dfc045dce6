// SPDX-License-Identifier: GPL-2.0
/*
 * What an exit costs, measured by the guest that makes it: ticks of the TSC
 * from before the instruction to after it, or to the first instruction of the
 * handler where an interrupt comes of it. Where time is virtual, a tick is an
 * instruction of the host.
 *
 * The targets of IPIs exist and never run, so that what is measured is the
 * sender's way through the host and nothing else. Prints "METRIC MEDIAN".
 */
#include <asm/pvsched.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/kvm_para.h>

#include "apic.h"
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"

#include "pvsched_test.h"

#define NR_VCPUS	65
#define ROUNDS		65
#define WARM_UP		8

#define VECTOR		0xa1
#define NO_VCPU		0x4000ull
#define FAR		10000000
#define NEAR		100000

#define ICR		(APIC_BASE_MSR + (APIC_ICR >> 4))
#define SELF_IPI	(APIC_BASE_MSR + 0x3f)

enum metric {
	OVERHEAD, FLOOR, ICR_PHYSICAL, ICR_LOGICAL, SELF, SEND_IPI_1, SEND_IPI_8,
	SEND_IPI_64, DEADLINE_ARM, DEADLINE_PAST, TIMER_FIRE, YIELD_EMPTY, NR_METRICS
};

static const char * const name[NR_METRICS] = {
	[FLOOR]		= "floor",
	[ICR_PHYSICAL]	= "icr_physical",
	[ICR_LOGICAL]	= "icr_logical",
	[SELF]		= "self_ipi",
	[SEND_IPI_1]	= "send_ipi_1",
	[SEND_IPI_8]	= "send_ipi_8",
	[SEND_IPI_64]	= "send_ipi_64",
	[DEADLINE_ARM]	= "tsc_deadline_arm",
	[DEADLINE_PAST]	= "tsc_deadline_past",
	[TIMER_FIRE]	= "timer_fire",
	[YIELD_EMPTY]	= "yield_empty",
};

/*
 * Guest code
 */
static uint64_t cost[NR_METRICS][ROUNDS];
static uint64_t hit;

static void handler(struct ex_regs *regs)
{
	WRITE_ONCE(hit, rdtsc());
	x2apic_write_reg(APIC_EOI, 0);
}

/* Inline, so that little but the exit is measured. */
static __always_inline uint64_t hypercall(uint64_t nr, uint64_t a0, uint64_t a1,
					  uint64_t a2, uint64_t a3)
{
	uint64_t ret;

	if (host_cpu_is_amd)
		asm volatile("vmmcall" : "=a"(ret)
			     : "a"(nr), "b"(a0), "c"(a1), "d"(a2), "S"(a3) : "memory");
	else
		asm volatile("vmcall" : "=a"(ret)
			     : "a"(nr), "b"(a0), "c"(a1), "d"(a2), "S"(a3) : "memory");

	return ret;
}

/* The base's own yield where the host does not answer ours. */
static bool guest_yield_is_ours;

static __always_inline void yield(void)
{
	if (guest_yield_is_ours)
		hypercall(KVM_HC_PVSCHED_YIELD, 1 << 1, 0, 0, PVSCHED_YIELD_CALL_FUNC);
	else
		hypercall(KVM_HC_SCHED_YIELD, 1, 0, 0, 0);
}

static __always_inline void guest_op(enum metric metric)
{
	switch (metric) {
	case FLOOR:
		wrmsr(ICR, NO_VCPU << 32 | APIC_DM_FIXED | VECTOR);
		break;
	case ICR_PHYSICAL:
		wrmsr(ICR, 1ull << 32 | APIC_DM_FIXED | VECTOR);
		break;
	case ICR_LOGICAL:
		wrmsr(ICR, 1ull << 33 | APIC_DEST_LOGICAL | APIC_DM_FIXED | VECTOR);
		break;
	case SEND_IPI_1:
		hypercall(KVM_HC_SEND_IPI, 1, 0, 1, APIC_DM_FIXED | VECTOR);
		break;
	case SEND_IPI_8:
		hypercall(KVM_HC_SEND_IPI, 0xff, 0, 1, APIC_DM_FIXED | VECTOR);
		break;
	case SEND_IPI_64:
		hypercall(KVM_HC_SEND_IPI, ~0ull, 0, 1, APIC_DM_FIXED | VECTOR);
		break;
	case DEADLINE_ARM:
		wrmsr(MSR_IA32_TSC_DEADLINE, rdtsc() + FAR);
		break;
	case YIELD_EMPTY:
		yield();
		break;
	case SELF:
		wrmsr(SELF_IPI, VECTOR);
		break;
	case DEADLINE_PAST:
		wrmsr(MSR_IA32_TSC_DEADLINE, 1);
		break;
	default:
		break;
	}
}

static __always_inline uint64_t guest_round_trip(enum metric metric)
{
	uint64_t start = rdtsc();

	guest_op(metric);
	return rdtsc() - start;
}

static __always_inline uint64_t guest_until_hit(enum metric metric)
{
	uint64_t start;

	WRITE_ONCE(hit, 0);
	start = rdtsc();
	guest_op(metric);
	while (!READ_ONCE(hit))
		;

	return hit - start;
}

/*
 * From the deadline to the handler. Not from a last look at the clock: in virtual time
 * the deadline falls on one place of the loop, unless a tick of the host is in between.
 */
static uint64_t guest_fire(void)
{
	uint64_t deadline = rdtsc() + NEAR;

	WRITE_ONCE(hit, 0);
	wrmsr(MSR_IA32_TSC_DEADLINE, deadline);
	while (!READ_ONCE(hit))
		;

	return hit - deadline;
}

static __always_inline uint64_t guest_measure(enum metric metric)
{
	switch (metric) {
	case TIMER_FIRE:
		return guest_fire();
	case SELF:
	case DEADLINE_PAST:
		return guest_until_hit(metric);
	default:
		return guest_round_trip(metric);
	}
}

/* Unrolled by metric: the switches above cost nothing when they are run. */
static __always_inline void guest_rounds(enum metric metric)
{
	int i;

	for (i = -WARM_UP; i < ROUNDS; i++)
		cost[metric][i < 0 ? 0 : i] = guest_measure(metric);
}

static void guest_main(void)
{
	x2apic_enable();
	x2apic_write_reg(APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | VECTOR);
	guest_yield_is_ours = !hypercall(KVM_HC_PVSCHED_YIELD, 1 << 1, 0, 0,
					 PVSCHED_YIELD_CALL_FUNC);
	asm volatile("sti");

	guest_rounds(OVERHEAD);
	guest_rounds(FLOOR);
	guest_rounds(ICR_PHYSICAL);
	guest_rounds(ICR_LOGICAL);
	guest_rounds(SELF);
	guest_rounds(SEND_IPI_1);
	guest_rounds(SEND_IPI_8);
	guest_rounds(SEND_IPI_64);
	guest_rounds(DEADLINE_ARM);
	wrmsr(MSR_IA32_TSC_DEADLINE, 0);
	guest_rounds(DEADLINE_PAST);
	guest_rounds(TIMER_FIRE);
	guest_rounds(YIELD_EMPTY);

	GUEST_DONE();
}

/*
 * Host code
 */
static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t median(uint64_t *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

static void results__print(struct kvm_vm *vm)
{
	uint64_t overhead;
	enum metric metric;

	sync_global_from_guest(vm, cost);
	overhead = median(cost[OVERHEAD]);
	for (metric = FLOOR; metric < NR_METRICS; metric++)
		printf("%s %lu\n", name[metric], median(cost[metric]) - overhead);
}

int main(void)
{
	struct kvm_vcpu *vcpus[NR_VCPUS];
	struct kvm_vm *vm;
	struct ucall uc;
	int i;

	TEST_REQUIRE(kvm_has_cap(KVM_CAP_TSC_DEADLINE_TIMER));
	vm = vm_create_with_vcpus(NR_VCPUS, guest_main, vcpus);
	vm_install_exception_handler(vm, VECTOR, handler);
	vcpu_set_cpuid_feature(vcpus[0], X86_FEATURE_TSC_DEADLINE_TIMER);
	for (i = 1; i < NR_VCPUS; i++)
		vcpu__enable_apic(vcpus[i]);

	vcpu_run(vcpus[0]);
	switch (get_ucall(vcpus[0], &uc)) {
	case UCALL_DONE:
		results__print(vm);
		break;
	case UCALL_ABORT:
		REPORT_GUEST_ASSERT(uc);
		break;
	default:
		TEST_FAIL("the guest stopped early");
	}
	kvm_vm_free(vm);

	return 0;
}
