// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: operations of the guest that are hypercalls, or about other
 * vCPUs: calls by interrupt, a lock, INIT, and a nested guest.
 */
#include <asm/pvsched.h>
#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "fuzz_guest.h"
#include "fuzz_nested.h"

/* Index of the owner and one, or 0. */
uint32_t fuzz_init_lock, fuzz_spin_lock;

/*
 * Hypercalls
 */
static uint64_t draw_bitmap(struct fuzz_rng *rng)
{
	uint64_t a = fuzz_next(rng), b = fuzz_next(rng);

	switch (fuzz_below(rng, 6)) {
	case 0:
		return 0;
	case 1:
		return ~0ull;
	case 2:
		return BIT_ULL(a % 64);
	case 3:
		return a & b;
	default:
		return a;
	}
}

static uint64_t draw_window(struct fuzz_rng *rng)
{
	uint64_t id = fuzz_draw_id(rng);

	switch (fuzz_below(rng, 8)) {
	case 0 ... 2:
		return 0;
	case 3:
		return UINT32_MAX - fuzz_below(rng, 2);
	case 4:
		return fuzz_next(rng);
	case 5:
		return id > 64 ? id - fuzz_below(rng, 64) : 0;
	default:
		return id;
	}
}

static uint64_t draw_reason(struct fuzz_rng *rng)
{
	switch (fuzz_below(rng, 8)) {
	case 0:
		return fuzz_next(rng);
	case 1:
		return fuzz_below(rng, 9);
	case 2:
		return BIT_ULL(fuzz_below(rng, 64));
	default:
		return BIT_ULL(fuzz_below(rng, 3));
	}
}

void fuzz_op_yield(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);
	uint64_t rbx = draw_bitmap(rng), rcx = draw_bitmap(rng);
	uint64_t rdx = draw_window(rng), rsi = draw_reason(rng);

	fuzz_set_patterns(cpu, rng, fuzz_draw_interrupts(rng));
	/* Upper halves mean nothing outside 64-bit mode: leave the patterns there. */
	cpu->in.rax = fuzz_model_is_64_bit(mode) ? KVM_HC_PVSCHED_YIELD :
		      (cpu->in.rax >> 32 << 32 | KVM_HC_PVSCHED_YIELD);
	cpu->in.rbx = rbx;
	cpu->in.rcx = fuzz_one_in(rng, 2) ? 0 : rcx;
	cpu->in.rdx = rdx;
	cpu->in.rsi = rsi;
	fuzz_hypercall(cpu, mode);
}

/* Ask for a yield as a guest's driver would, in the middle of a wait. */
static void yield_to(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint32_t id, uint64_t reason)
{
	fuzz_set_patterns(cpu, rng, true);
	cpu->in.rax = KVM_HC_PVSCHED_YIELD;
	cpu->in.rbx = 1;
	cpu->in.rcx = 0;
	cpu->in.rdx = id;
	cpu->in.rsi = reason;
	fuzz_hypercall(cpu, FUZZ_MODE_64);
	irqs_on();
}

void fuzz_op_send_ipi(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);
	struct fuzz_caller caller = { cpu, mode };
	uint64_t rbx = draw_bitmap(rng), rcx = draw_bitmap(rng), rdx = draw_window(rng), before;
	int vector = fuzz_draw_vector(cpu, rng);
	uint32_t targets;

	fuzz_set_patterns(cpu, rng, fuzz_draw_interrupts(rng));
	cpu->in.rax = KVM_HC_SEND_IPI;
	cpu->in.rbx = rbx;
	cpu->in.rcx = fuzz_one_in(rng, 2) ? 0 : rcx;
	cpu->in.rdx = rdx;
	cpu->in.rsi = vector | (fuzz_one_in(rng, 8) ? fuzz_next(rng) << 11 : 0) |
		      (fuzz_one_in(rng, 4) ? APIC_INT_ASSERT : 0) |
		      (fuzz_one_in(rng, 8) ? APIC_DM_LOWEST : 0);
	targets = fuzz_model_call_targets(&caller, &cpu->in);
	before = cpu->got[vector];
	mark_sent(targets, vector);
	if (fuzz_hypercall(cpu, mode) < 512 && (targets & BIT(cpu->index)) &&
	    !(cpu->in.rsi & APIC_INT_LEVELTRIG))
		fuzz_check_came_at_last(cpu, vector, before);
}

void fuzz_op_other_call(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);
	uint64_t nr = fuzz_one_in(rng, 2) ? 1 + fuzz_below(rng, 13) : fuzz_next(rng) >> fuzz_below(rng, 64);
	uint64_t arg = fuzz_draw_id(rng);

	if (cpu->kind == FUZZ_SCHED_YIELD)
		nr = KVM_HC_SCHED_YIELD;
	else if (cpu->kind == FUZZ_KICK)
		nr = KVM_HC_KICK_CPU;
	else if ((uint32_t)nr == KVM_HC_SEND_IPI || (uint32_t)nr == KVM_HC_PVSCHED_YIELD)
		nr = KVM_HC_MAP_GPA_RANGE;

	fuzz_set_patterns(cpu, rng, fuzz_draw_interrupts(rng));
	cpu->in.rax = nr;
	cpu->in.rbx = cpu->in.rcx = arg;
	/* Clock pairing writes to where RBX points, in every mode. */
	if ((uint32_t)nr == KVM_HC_CLOCK_PAIRING) {
		cpu->in.rbx = fuzz_config.scratch + fuzz_below(rng, 3 * PAGE_SIZE);
		cpu->in.rcx = fuzz_below(rng, 2);
	}
	fuzz_hypercall(cpu, mode);
}

/*
 * Other vCPUs
 */
static struct fuzz_cpu *draw_other(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint32_t n = fuzz_below(rng, fuzz_config.nr_cpus - 1);

	return &fuzz_cpus[n + (n >= cpu->index)];
}

/* Send by one of the ways there are; false if there is none. */
static bool send_call(struct fuzz_cpu *cpu, struct fuzz_rng *rng, struct fuzz_cpu *target)
{
	struct fuzz_caller caller = { cpu, FUZZ_MODE_64 };
	int vector = FUZZ_CALL_VECTOR + cpu->index;
	uint64_t icr[4] = {
		(uint64_t)target->id << 32 | vector,
		(uint64_t)(target->id >> 4 << 16 | BIT(target->id & 15)) << 32 | APIC_DEST_LOGICAL | vector,
		APIC_DEST_ALLBUT | vector, APIC_DEST_ALLINC | vector,
	};
	uint32_t way = fuzz_below(rng, 6);

	if (cpu->apic == FUZZ_XAPIC && way == 1)
		way = 0;
	if (way < 4 && cpu->apic != FUZZ_APIC_OFF) {
		mark_sent(fuzz_model_icr_targets(cpu, icr[way]), vector);
		icr_write(cpu, icr[way]);
		return true;
	}

	if (fuzz_config.enforce && !(cpu->features & BIT(KVM_FEATURE_PV_SEND_IPI)))
		return false;
	fuzz_set_patterns(cpu, rng, true);
	cpu->in.rax = KVM_HC_SEND_IPI;
	cpu->in.rbx = way == 4;
	cpu->in.rcx = way != 4;
	cpu->in.rdx = target->id - (way == 4 ? 0 : 64);
	cpu->in.rsi = vector;
	/* A window below zero wraps: KVM takes the lower half of RDX. */
	mark_sent(fuzz_model_call_targets(&caller, &cpu->in), vector);
	fuzz_hypercall(cpu, FUZZ_MODE_64);
	irqs_on();

	return true;
}

/*
 * Call another vCPU, and wait for its answer: an interrupt that is lost, and a
 * vCPU that is never run again, end here. A vCPU that left meanwhile is excused.
 */
void fuzz_op_call(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	struct fuzz_cpu *target = draw_other(cpu, rng);
	struct fuzz_mailbox *box = &target->mailbox[cpu->index];
	uint64_t generation = READ_ONCE(target->generation), loops = 0;
	uint32_t patience = 1 + fuzz_below(rng, 200);

	if (generation & 1)
		return;
	WRITE_ONCE(box->token, cpu->op + 1);
	if (!send_call(cpu, rng, target))
		return;

	while (READ_ONCE(box->answer) != cpu->op + 1 && READ_ONCE(target->generation) == generation) {
		asm volatile("pause");
		if (++loops % patience == 0)
			yield_to(cpu, rng, target->id, PVSCHED_YIELD_CALL_FUNC);
	}
}

void fuzz_op_lock(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint32_t patience = 1 + fuzz_below(rng, 200), hold = fuzz_below(rng, 200), owner;
	uint64_t loops = 0;

	while ((owner = fuzz_try_lock(&fuzz_spin_lock, cpu))) {
		asm volatile("pause");
		if (++loops % patience == 0)
			yield_to(cpu, rng, fuzz_id[owner - 1], PVSCHED_YIELD_LOCK_HOLDER);
	}
	while (hold--)
		asm volatile("pause");
	fuzz_unlock(&fuzz_spin_lock);
}

void fuzz_op_pause(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint32_t count = fuzz_below(rng, 3000);

	while (count--)
		asm volatile("pause");
}

/*
 * INIT and SIPI. One vCPU at a time sends them, so that there is one left to
 * send the SIPI, and goes on sending: VMX blocks an INIT and drops a SIPI.
 */
void fuzz_op_init(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	struct fuzz_cpu *target = draw_other(cpu, rng);
	uint64_t dest = (uint64_t)target->id << 32, restarts;
	int i;

	if (cpu->apic == FUZZ_APIC_OFF || fuzz_try_lock(&fuzz_init_lock, cpu))
		return;
	if (!READ_ONCE(target->no_init)) {
		restarts = READ_ONCE(target->restarts);
		icr_write(cpu, dest | APIC_DM_INIT | APIC_INT_ASSERT);
		while (READ_ONCE(target->restarts) == restarts) {
			icr_write(cpu, dest | APIC_DM_STARTUP | APIC_INT_ASSERT | FUZZ_SIPI_VECTOR);
			for (i = 0; i < 1000 && READ_ONCE(target->restarts) == restarts; i++)
				asm volatile("pause");
		}
	}
	fuzz_unlock(&fuzz_init_lock);
}

void fuzz_op_io(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	asm volatile("outb %%al, %1" : : "a" (0), "N" (FUZZ_PORT) : "memory");
}

/*
 * A nested guest. It takes the vCPU's interrupts, arms the vCPU's timer, halts,
 * and leaves. Hypercalls of its own never reach KVM: to KVM they are for L1.
 */
static void nested_guest(void)
{
	struct fuzz_cpu *cpu = this_cpu();
	struct fuzz_rng rng;
	uint64_t before;
	int vector;

	fuzz_seed(&rng, fuzz_config.seed, cpu->index, ~cpu->op);
	irqs_on();
	if (fuzz_one_in(&rng, 2))
		fuzz_op_pause(cpu, &rng);
	irqs_off();
	vector = fuzz_draw_own_vector(&rng);
	before = cpu->got[vector];
	if (cpu->apic == FUZZ_X2APIC) {
		fuzz_send_own(cpu, &rng, vector, true);
		fuzz_check_came(cpu, vector, before);
	}
	if (fuzz_one_in(&rng, 2))
		fuzz_op_halt(cpu, &rng);
	fuzz_nested_leave();
}

void fuzz_op_nested(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	if (!cpu->nested)
		return;
	irqs_off();
	fuzz_nested_run(cpu, nested_guest);
	irqs_off();
}
