// SPDX-License-Identifier: GPL-2.0
/*
 * IPI ping-pong: one vCPU interrupts another, which interrupts it back, both
 * running on a CPU of their own. Prints the median and the 99th percentile of
 * the round trip, in nanoseconds of the guest's TSC.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "apic.h"
#include "kvm_util.h"
#include "processor.h"
#include "test_util.h"

#define ROUNDS		2000
#define WARM_UP		20
#define VECTOR		0xa1

#define ICR		(APIC_BASE_MSR + (APIC_ICR >> 4))

static uint64_t trip[ROUNDS];
static bool pong_is_up, hit;

static void handler(struct ex_regs *regs)
{
	if (x2apic_read_reg(APIC_ID))
		wrmsr(ICR, (uint64_t)0 << 32 | APIC_DM_FIXED | VECTOR);
	else
		WRITE_ONCE(hit, true);
	x2apic_write_reg(APIC_EOI, 0);
}

/* Without PAUSE, which may exit. */
static void guest_wait(bool *flag)
{
	while (!READ_ONCE(*flag))
		;
}

static void guest_ping(void)
{
	uint64_t start;
	int i;

	x2apic_enable();
	asm volatile("sti");
	guest_wait(&pong_is_up);

	for (i = -WARM_UP; i < ROUNDS; i++) {
		WRITE_ONCE(hit, false);
		start = rdtsc();
		wrmsr(ICR, 1ull << 32 | APIC_DM_FIXED | VECTOR);
		guest_wait(&hit);
		trip[i < 0 ? 0 : i] = rdtsc() - start;
	}

	GUEST_DONE();
}

static void guest_pong(void)
{
	x2apic_enable();
	asm volatile("sti");
	WRITE_ONCE(pong_is_up, true);
	for (;;)
		asm volatile("");
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	TEST_ASSERT(!sched_setaffinity(0, sizeof(set), &set), "needs two CPUs");
}

static void *pong__run(void *vcpu)
{
	pin(1);
	vcpu_run(vcpu);

	return NULL;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void trips__print(struct kvm_vm *vm, uint64_t khz)
{
	sync_global_from_guest(vm, trip);
	qsort(trip, ROUNDS, sizeof(*trip), compare);
	printf("wait_p50_ns %lu\n", trip[ROUNDS / 2] * 1000000 / khz);
	printf("wait_p99_ns %lu\n", trip[ROUNDS * 99 / 100] * 1000000 / khz);
}

int main(void)
{
	struct kvm_vcpu *ping, *pong;
	struct kvm_vm *vm;
	pthread_t thread;
	struct ucall uc;

	vm = vm_create_with_one_vcpu(&ping, guest_ping);
	pong = vm_vcpu_add(vm, 1, guest_pong);
	vm_install_exception_handler(vm, VECTOR, handler);
	TEST_ASSERT(!pthread_create(&thread, NULL, pong__run, pong), "start a thread");
	pin(0);

	vcpu_run(ping);
	if (get_ucall(ping, &uc) != UCALL_DONE)
		REPORT_GUEST_ASSERT(uc);
	trips__print(vm, __vcpu_ioctl(ping, KVM_GET_TSC_KHZ, NULL));

	/* The other vCPU goes with the process. */
	fflush(stdout);
	_exit(0);
}
