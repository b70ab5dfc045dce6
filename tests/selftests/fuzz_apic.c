// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: operations of the guest on its own local APIC, its timer, and
 * the memory that it shares with the host.
 */
#include <asm/pvsched.h>
#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "fuzz_guest.h"

#define FAR			(1ull << 40)

/*
 * Interrupts that are sent
 */
uint32_t fuzz_draw_id(struct fuzz_rng *rng)
{
	uint32_t n = fuzz_below(rng, 16);

	if (n < 8)
		return fuzz_id[n % fuzz_config.nr_cpus];
	if (n < 8 + fuzz_nr_idle)
		return fuzz_idle_id[n - 8];

	return n == 15 ? fuzz_next(rng) : fuzz_below(rng, 512);
}

int fuzz_draw_vector(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	return FUZZ_RANDOM_VECTOR + 16 * cpu->index + fuzz_below(rng, 16);
}

int fuzz_draw_own_vector(struct fuzz_rng *rng)
{
	return FUZZ_OWN_VECTOR + fuzz_below(rng, FUZZ_NR_OWN);
}

bool fuzz_draw_interrupts(struct fuzz_rng *rng)
{
	return !fuzz_one_in(rng, 3);
}

/* An interrupt to itself has come, if the vCPU has an APIC to take it. */
void fuzz_check_came(struct fuzz_cpu *cpu, int vector, uint64_t before)
{
	uint64_t want = before + (cpu->apic != FUZZ_APIC_OFF), got;

	irqs_on();
	got = READ_ONCE(cpu->got[vector]);
	fuzz_check(cpu, got == want || (fuzz_config.tcg && got > want),
		   "vector %#x came %lu times, not %lu", vector, got - before, want - before);
}

/* Not the own vectors: others may send these. */
void fuzz_check_came_at_last(struct fuzz_cpu *cpu, int vector, uint64_t before)
{
	irqs_on();
	fuzz_check(cpu, cpu->apic == FUZZ_APIC_OFF || READ_ONCE(cpu->got[vector]) > before,
		   "vector %#x did not come", vector);
}

/* What is not fixed goes to those only that never run: it would end the others. */
static uint64_t draw_icr(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	static const uint32_t shorthand[8] = { [5] = APIC_DEST_SELF, APIC_DEST_ALLINC, APIC_DEST_ALLBUT };
	uint64_t dest = fuzz_draw_id(rng);
	uint32_t low = fuzz_draw_vector(cpu, rng);

	if (fuzz_one_in(rng, 8))
		return (uint64_t)fuzz_idle_id[fuzz_below(rng, 4)] << 32 | fuzz_below(rng, 8) << 8 | low;

	low |= shorthand[fuzz_below(rng, 8)];
	if (fuzz_one_in(rng, 3)) {
		low |= APIC_DEST_LOGICAL;
		dest = fuzz_next(rng) & 0xffff;
		dest |= fuzz_below(rng, 10) << 16;
	}
	if (fuzz_one_in(rng, 8))
		low |= APIC_DM_LOWEST;
	low |= fuzz_next(rng) & (APIC_INT_ASSERT | APIC_ICR_BUSY);
	if (fuzz_one_in(rng, 8))
		low |= APIC_INT_LEVELTRIG;
	if (fuzz_one_in(rng, 8))
		low |= BIT(fuzz_below(rng, 12) + 20) | BIT(13);

	return dest << 32 | low;
}

static bool comes_to_itself(struct fuzz_cpu *cpu, uint64_t icr)
{
	/* A level that is not asserted is none. */
	if ((icr & APIC_DM_FIXED_MASK) != APIC_DM_FIXED ||
	    (icr & (APIC_INT_LEVELTRIG | APIC_INT_ASSERT)) == APIC_INT_LEVELTRIG)
		return false;
	if ((icr & APIC_DEST_ALLBUT) == APIC_DEST_SELF || (icr & APIC_DEST_ALLBUT) == APIC_DEST_ALLINC)
		return true;

	return !(icr & (APIC_DEST_ALLBUT | APIC_DEST_LOGICAL)) && icr >> 32 == cpu->id;
}

void fuzz_op_icr(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);
	uint64_t icr = draw_icr(cpu, rng), before;
	int vector = icr & APIC_VECTOR_MASK;
	bool by_memory = cpu->apic == FUZZ_XAPIC && fuzz_one_in(rng, 2), interrupts = fuzz_draw_interrupts(rng);

	/* An xAPIC has a shorter destination, and takes what it does not know. */
	if (by_memory)
		icr &= 0xffull << 32 | 0x000cdfff;
	if ((icr & APIC_DM_FIXED_MASK) <= APIC_DM_LOWEST)
		mark_sent(fuzz_model_icr_targets(cpu, icr), vector);
	before = cpu->got[vector];
	if (by_memory)
		icr_write(cpu, icr);
	else if (!fuzz_write_msr(cpu, rng, mode, MSR_ICR, icr, interrupts))
		return;
	if (comes_to_itself(cpu, icr))
		fuzz_check_came_at_last(cpu, vector, before);
}

/* Send an own vector in one of the ways of the present mode. */
void fuzz_send_own(struct fuzz_cpu *cpu, struct fuzz_rng *rng, int vector, bool interrupts)
{
	uint32_t way = fuzz_below(rng, 3);

	mark_sent(BIT(cpu->index), vector);
	if (cpu->apic == FUZZ_APIC_OFF)
		return;
	if (cpu->apic == FUZZ_XAPIC)
		icr_write(cpu, way ? APIC_DEST_SELF | vector : (uint64_t)cpu->id << 32 | vector);
	else if (!way)
		fuzz_write_msr(cpu, rng, FUZZ_MODE_64, MSR_SELF_IPI, vector, interrupts);
	else
		fuzz_write_msr(cpu, rng, FUZZ_MODE_64, MSR_ICR,
			  way == 1 ? APIC_DEST_SELF | vector : (uint64_t)cpu->id << 32 | vector, interrupts);
}

void fuzz_op_self_ipi(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);
	int vector = fuzz_draw_own_vector(rng);
	uint64_t value = vector | (fuzz_one_in(rng, 6) ? BIT_ULL(8 + fuzz_below(rng, 56)) : 0);
	uint64_t before = cpu->got[vector];

	mark_sent(BIT(cpu->index), vector);
	if (fuzz_write_msr(cpu, rng, mode, MSR_SELF_IPI, value, fuzz_draw_interrupts(rng)))
		fuzz_check_came(cpu, vector, before);
	else
		fuzz_check(cpu, READ_ONCE(cpu->got[vector]) == before, "vector %#x after a fault", vector);
}

/* Several that wait come in the order of their vectors, each once. */
void fuzz_op_order(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint32_t waiting = 0, last = 256;
	int i, vector, count = 1 + fuzz_below(rng, 4);

	if (cpu->apic == FUZZ_APIC_OFF)
		return;
	irqs_off();
	cpu->nr_log = 0;
	for (i = 0; i < count; i++) {
		vector = fuzz_draw_own_vector(rng);
		fuzz_send_own(cpu, rng, vector, false);
		waiting |= BIT(vector - FUZZ_OWN_VECTOR);
		fuzz_check(cpu, apic_has_pending(cpu, vector), "vector %#x is not in the IRR", vector);
	}
	irqs_on();

	for (i = 0; i < READ_ONCE(cpu->nr_log); i++) {
		vector = cpu->log[i];
		fuzz_check(cpu, vector < last || (fuzz_config.tcg && vector == last),
			   "vector %#x came after %#x", vector, last);
		last = vector;
		waiting &= ~BIT(vector - FUZZ_OWN_VECTOR);
	}
	fuzz_check(cpu, !waiting, "vectors %#x and this bitmap did not come", FUZZ_OWN_VECTOR + waiting);
}

static void write_cr8(uint64_t value)
{
	asm volatile("mov %0, %%cr8" : : "r" (value) : "memory");
}

/* The task priority holds back what is not above it. */
void fuzz_op_tpr(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint32_t priority = fuzz_below(rng, 16);
	int vector = fuzz_draw_own_vector(rng);
	uint64_t before, got;
	bool held = vector >> 4 <= priority;

	if (cpu->apic == FUZZ_APIC_OFF)
		return;
	irqs_off();
	before = cpu->got[vector];
	write_cr8(priority);
	fuzz_send_own(cpu, rng, vector, true);
	irqs_on();
	got = READ_ONCE(cpu->got[vector]) - before;
	fuzz_check(cpu, held ? !got : got == 1 || (fuzz_config.tcg && got),
		   "vector %#x at priority %u came %lu times", vector, priority, got);
	write_cr8(0);
	fuzz_check_came(cpu, vector, before);
}

/*
 * APICs that take none
 */
/* Nothing that is sent to the vCPU is sure to arrive from here on. */
void fuzz_leave(struct fuzz_cpu *cpu)
{
	if (!(cpu->generation & 1))
		WRITE_ONCE(cpu->generation, cpu->generation + 1);
}

static void use_deadlines(struct fuzz_cpu *cpu)
{
	apic_write(cpu, APIC_LVTT, APIC_LVT_TIMER_TSCDEADLINE | FUZZ_TIMER_VECTOR);
}

/* An APIC that is enabled takes interrupts; a call may count on an x2APIC only. */
void fuzz_enter(struct fuzz_cpu *cpu)
{
	apic_write(cpu, APIC_SPIV, 0xff | APIC_SPIV_APIC_ENABLED);
	use_deadlines(cpu);
	if (cpu->apic == FUZZ_X2APIC && (cpu->generation & 1))
		WRITE_ONCE(cpu->generation, cpu->generation + 1);
}

void fuzz_op_spiv(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	int vector = fuzz_draw_own_vector(rng);
	uint64_t before = cpu->got[vector];

	if (cpu->apic == FUZZ_APIC_OFF)
		return;
	irqs_off();
	fuzz_leave(cpu);
	apic_write(cpu, APIC_SPIV, 0xff);
	fuzz_send_own(cpu, rng, vector, false);
	fuzz_check(cpu, !apic_has_pending(cpu, vector), "vector %#x was accepted", vector);
	fuzz_enter(cpu);
	irqs_on();
	fuzz_check(cpu, cpu->got[vector] == before, "vector %#x came", vector);
}

/*
 * Modes of the APIC
 */
uint32_t fuzz_try_lock(uint32_t *lock, struct fuzz_cpu *cpu)
{
	uint32_t owner = 0;

	__atomic_compare_exchange_n(lock, &owner, cpu->index + 1, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return owner;
}

void fuzz_unlock(uint32_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_SEQ_CST);
}

void fuzz_set_apic_base(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint64_t value)
{
	enum fuzz_apic to;
	bool faults = fuzz_model_apic_base(cpu->apic, value, &to);

	/* The sender of an INIT holds the lock until it has arrived. */
	if (!faults && to == FUZZ_APIC_OFF) {
		if (fuzz_try_lock(&fuzz_init_lock, cpu))
			return;
		WRITE_ONCE(cpu->no_init, true);
		fuzz_unlock(&fuzz_init_lock);
	}

	irqs_off();
	if (!faults && to != FUZZ_X2APIC)
		fuzz_leave(cpu);
	fuzz_set_patterns(cpu, rng, false);
	cpu->in.rcx = MSR_IA32_APICBASE;
	cpu->in.rax = (uint32_t)value;
	cpu->in.rdx = value >> 32;
	fuzz_execute(cpu, FUZZ_MODE_64, FUZZ_WRMSR);
	fuzz_check(cpu, cpu->fault == (faults ? GP_VECTOR : 0),
		   "APIC base %#lx, APIC mode %d: exception %u", value, cpu->apic, cpu->fault);
	cpu->apic = to;
	if (!faults)
		fuzz_enter(cpu);
	if (to != FUZZ_APIC_OFF)
		WRITE_ONCE(cpu->no_init, false);
}

void fuzz_op_apic_base(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint64_t value = APIC_DEFAULT_GPA;

	value |= fuzz_below(rng, 4) << 10;
	if (fuzz_one_in(rng, 8))
		value |= BIT_ULL(fuzz_below(rng, 8));
	if (fuzz_one_in(rng, 8))
		value |= BIT_ULL(52 + fuzz_below(rng, 12));
	fuzz_set_apic_base(cpu, rng, value);
	/* Come back soon: most operations want an APIC. */
	if (cpu->apic == FUZZ_APIC_OFF && !fuzz_one_in(rng, 3))
		fuzz_set_apic_base(cpu, rng, APIC_DEFAULT_GPA | MSR_IA32_APICBASE_ENABLE);
	if (cpu->apic == FUZZ_XAPIC && !fuzz_one_in(rng, 3))
		fuzz_set_apic_base(cpu, rng, APIC_DEFAULT_GPA | MSR_IA32_APICBASE_ENABLE | MSR_IA32_APICBASE_EXTD);
}

void fuzz_op_nmi(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint64_t before = cpu->nmis, got;

	if (cpu->apic == FUZZ_APIC_OFF)
		return;
	icr_write(cpu, (uint64_t)cpu->id << 32 | APIC_DM_NMI | APIC_INT_ASSERT);
	got = READ_ONCE(cpu->nmis) - before;
	fuzz_check(cpu, got == 1 || (fuzz_config.tcg && got), "%lu NMIs", got);
}

/*
 * Timers
 */
static void arm(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint64_t value)
{
	cpu->timer_before = cpu->got[FUZZ_TIMER_VECTOR];
	mark_sent(BIT(cpu->index), FUZZ_TIMER_VECTOR);
	fuzz_write_msr(cpu, rng, FUZZ_MODE_64, TSC_DEADLINE, value, false);
}

static uint64_t draw_near(struct fuzz_rng *rng)
{
	return (uint64_t)guest_tsc_khz * fuzz_below(rng, 300) / 1000;
}

static void check_deadline(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint64_t want)
{
	uint64_t value;

	fuzz_read_msr(cpu, rng, TSC_DEADLINE, &value);
	fuzz_check(cpu, value == (cpu->apic == FUZZ_APIC_OFF ? 0 : want), "deadline %#lx, not %#lx",
		   value, want);
}

/* It comes once, and leaves no deadline behind. */
static void wait_for_timer(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint64_t before)
{
	irqs_on();
	while (cpu->apic != FUZZ_APIC_OFF && READ_ONCE(cpu->got[FUZZ_TIMER_VECTOR]) == before)
		asm volatile("pause");
	irqs_off();
	check_deadline(cpu, rng, 0);
	fuzz_check_came(cpu, FUZZ_TIMER_VECTOR, before);
}

void fuzz_op_deadline(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint64_t before = cpu->got[FUZZ_TIMER_VECTOR];

	irqs_off();
	switch (fuzz_below(rng, 4)) {
	case 0:
		arm(cpu, rng, 1 + fuzz_below(rng, 1000));
		return wait_for_timer(cpu, rng, before);
	case 1:
		arm(cpu, rng, rdtsc() + draw_near(rng));
		return wait_for_timer(cpu, rng, before);
	case 2:
		arm(cpu, rng, FAR);
		arm(cpu, rng, rdtsc() + draw_near(rng));
		return wait_for_timer(cpu, rng, before);
	}

	arm(cpu, rng, FAR);
	check_deadline(cpu, rng, FAR);
	arm(cpu, rng, 0);
	check_deadline(cpu, rng, 0);
	irqs_on();
	fuzz_check(cpu, cpu->got[FUZZ_TIMER_VECTOR] == before, "a timer fired that was cancelled");
	/* From ring 3, or from elsewhere with nothing to cancel. */
	fuzz_write_msr(cpu, rng, fuzz_draw_mode(cpu, rng), TSC_DEADLINE, 0, true);
}

/* A timer is armed before; whatever else comes in, the halt goes on. */
void fuzz_op_halt(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint64_t before = cpu->got[FUZZ_TIMER_VECTOR];

	if (cpu->apic == FUZZ_APIC_OFF)
		return;
	irqs_off();
	if (fuzz_config.bust != FUZZ_BUST_HALT || cpu->op < fuzz_config.ops / 2)
		arm(cpu, rng, rdtsc() + draw_near(rng));
	while (READ_ONCE(cpu->got[FUZZ_TIMER_VECTOR]) == before)
		fuzz_halt();
	check_deadline(cpu, rng, 0);
	fuzz_check_came(cpu, FUZZ_TIMER_VECTOR, before);
}

/*
 * Registered memory
 */
static uint64_t draw_address(struct fuzz_rng *rng, const void *own)
{
	switch (fuzz_below(rng, 8)) {
	case 0:
		return 0;
	case 1:
		return fuzz_config.absent + (fuzz_next(rng) >> 30 << 6);
	case 2 ... 3:
		/* The last record hangs over the end of what is there. */
		return fuzz_config.scratch + fuzz_below(rng, 4 * PAGE_SIZE / 64) * 64;
	default:
		return (uint64_t)own;
	}
}

void fuzz_check_steal_time(struct fuzz_cpu *cpu)
{
	const volatile struct pvsched_steal_time *record = (void *)cpu->steal;

	if (cpu->steal_msr != ((uint64_t)cpu->steal | KVM_MSR_ENABLED))
		return;
	fuzz_check(cpu, !record->preempted, "it runs, and its record says %#x", record->preempted);
	fuzz_check(cpu, !(record->version & 1), "the record has the version %u", record->version);
}

void fuzz_op_steal_time(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint64_t value = draw_address(rng, cpu->steal), now;
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);

	if (!fuzz_one_in(rng, 8))
		value |= KVM_MSR_ENABLED;
	if (fuzz_one_in(rng, 6))
		value |= BIT_ULL(1 + fuzz_below(rng, 5));
	if (fuzz_write_msr(cpu, rng, mode, MSR_KVM_STEAL_TIME, value, fuzz_draw_interrupts(rng)))
		cpu->steal_msr = value;
	if (fuzz_read_msr(cpu, rng, MSR_KVM_STEAL_TIME, &now))
		fuzz_check(cpu, now == cpu->steal_msr, "the MSR reads %#lx, not %#lx", now, cpu->steal_msr);
}

/* Interrupts are off, so that a handler finds flag and MSR in step. */
void fuzz_op_pv_eoi(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	uint64_t value = draw_address(rng, &cpu->eoi), now;
	enum fuzz_mode mode = fuzz_draw_mode(cpu, rng);

	if (!fuzz_one_in(rng, 8))
		value |= KVM_MSR_ENABLED;
	if (fuzz_one_in(rng, 6))
		value |= 2;
	irqs_off();
	if (value == ((uint64_t)&cpu->eoi | KVM_MSR_ENABLED) && !cpu->eoi_on)
		cpu->eoi = 0;
	if (fuzz_write_msr(cpu, rng, mode, MSR_KVM_PV_EOI_EN, value, false)) {
		cpu->eoi_msr = value;
		cpu->eoi_on = value == ((uint64_t)&cpu->eoi | KVM_MSR_ENABLED);
	}
	if (fuzz_read_msr(cpu, rng, MSR_KVM_PV_EOI_EN, &now))
		fuzz_check(cpu, now == cpu->eoi_msr, "the MSR reads %#lx, not %#lx", now, cpu->eoi_msr);
}
