// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: the guest's program. Each vCPU runs random operations, which
 * fuzz_calls.c and fuzz_apic.c hold. Interrupts may arrive between any two
 * instructions, INIT at any time; a vCPU that comes back from it goes on with
 * its next operation.
 *
 * All that runs in the guest is compiled for general registers only and without
 * a red zone, because the library's handlers save nothing else.
 */
#include <asm/pvsched.h>
#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "fuzz_guest.h"

const uint32_t fuzz_id[FUZZ_MAX_CPUS] = { 1, 3, 8, 65 };
/* The first is the boot CPU, which INIT would send into a BIOS. */
const uint32_t fuzz_idle_id[] = { 0, 2, 17, 130, 256 + 127 };
const int fuzz_nr_idle = ARRAY_SIZE(fuzz_idle_id);

struct fuzz_config fuzz_config;

static const char * const kind_name[FUZZ_NR_KINDS] = {
	[FUZZ_YIELD] = "yield", [FUZZ_SEND_IPI] = "SEND_IPI",
	[FUZZ_SCHED_YIELD] = "SCHED_YIELD", [FUZZ_KICK] = "KICK_CPU",
	[FUZZ_UNKNOWN] = "other hypercall", [FUZZ_ICR] = "ICR",
	[FUZZ_SELF_IPI] = "SELF_IPI", [FUZZ_ORDER] = "order of vectors",
	[FUZZ_TPR] = "TPR", [FUZZ_SPIV] = "APIC disabled by software",
	[FUZZ_NMI] = "NMI", [FUZZ_DEADLINE] = "TSC_DEADLINE", [FUZZ_HALT] = "halt",
	[FUZZ_STEAL_TIME] = "steal time", [FUZZ_PV_EOI] = "PV EOI",
	[FUZZ_APIC_BASE] = "APIC base", [FUZZ_CALL] = "call", [FUZZ_LOCK] = "lock",
	[FUZZ_PAUSE] = "pause", [FUZZ_INIT] = "INIT", [FUZZ_NESTED] = "nested guest",
	[FUZZ_IO] = "I/O",
};

const char *fuzz_kind_name(enum fuzz_kind kind)
{
	return kind < FUZZ_NR_KINDS ? kind_name[kind] : "?";
}

/*
 * What comes in
 */
static void handle_call(struct fuzz_cpu *cpu, int sender)
{
	struct fuzz_mailbox *box = &cpu->mailbox[sender];

	WRITE_ONCE(box->answer, READ_ONCE(box->token));
}

/* In one instruction, as the interface demands. */
static bool eoi_is_done(struct fuzz_cpu *cpu)
{
	bool was_set;

	if (!cpu->eoi_on)
		return false;
	asm volatile("btrl $0, %0" : "+m" (cpu->eoi), "=@ccc" (was_set));

	return was_set;
}

/* Nothing may come that was not sent. */
static void check_was_sent(struct fuzz_cpu *cpu, int vector)
{
	uint64_t sent = READ_ONCE(cpu->sent[vector]);

	if (fuzz_config.tcg)
		fuzz_check(cpu, sent, "vector %#x was never sent", vector);
	else
		fuzz_check(cpu, cpu->got[vector] <= sent, "vector %#x came %lu times, sent %lu times",
			   vector, cpu->got[vector], sent);
}

static bool is_dropped_on_purpose(struct fuzz_cpu *cpu, int vector)
{
	return fuzz_config.bust == FUZZ_BUST_IRQ && cpu->op > fuzz_config.ops / 2 &&
	       vector >= FUZZ_OWN_VECTOR && vector < FUZZ_OWN_VECTOR + FUZZ_NR_OWN;
}

/*
 * Interrupts that are off keep one out, and so does the shadow of STI: a halt after it
 * would have nothing to wait for. Where the emulator is at fault, drop what came twice,
 * and skip the halt. Return false for the former.
 */
static bool may_come(struct fuzz_cpu *cpu, struct ex_regs *regs)
{
	if (!(regs->rflags & RFLAGS_IF)) {
		fuzz_check(cpu, fuzz_config.tcg, "vector %#lx came with interrupts off", regs->vector);
		cpu->nr_twice++;
		return false;
	}
	if (regs->rip == (uint64_t)fuzz_halt_hlt) {
		fuzz_check(cpu, fuzz_config.tcg, "vector %#lx came between STI and HLT", regs->vector);
		cpu->nr_shadowed++;
		regs->rip++;
	}

	return true;
}

void fuzz_handler(struct ex_regs *regs)
{
	struct fuzz_cpu *cpu = this_cpu();
	int vector = regs->vector;

	fuzz_check(cpu, cpu->apic != FUZZ_APIC_OFF, "vector %#x without an APIC", vector);
	if (!may_come(cpu, regs))
		return;
	if (!is_dropped_on_purpose(cpu, vector)) {
		WRITE_ONCE(cpu->got[vector], cpu->got[vector] + 1);
		if (cpu->nr_log < FUZZ_NR_OWN && vector < FUZZ_OWN_VECTOR + FUZZ_NR_OWN)
			cpu->log[cpu->nr_log++] = vector;
	}
	check_was_sent(cpu, vector);
	if (vector >= FUZZ_CALL_VECTOR && vector < FUZZ_CALL_VECTOR + FUZZ_MAX_CPUS)
		handle_call(cpu, vector - FUZZ_CALL_VECTOR);
	if (!eoi_is_done(cpu))
		apic_write(cpu, APIC_EOI, 0);
}

void fuzz_nmi_handler(struct ex_regs *regs)
{
	struct fuzz_cpu *cpu = this_cpu();

	WRITE_ONCE(cpu->nmis, cpu->nmis + 1);
}

/*
 * The program
 */
static const struct {
	void (*run)(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
	uint8_t weight;
} ops[FUZZ_NR_KINDS] = {
	[FUZZ_YIELD]		= { fuzz_op_yield, 40 },
	[FUZZ_SEND_IPI]		= { fuzz_op_send_ipi, 16 },
	[FUZZ_SCHED_YIELD]	= { fuzz_op_other_call, 6 },
	[FUZZ_KICK]		= { fuzz_op_other_call, 6 },
	[FUZZ_UNKNOWN]		= { fuzz_op_other_call, 8 },
	[FUZZ_ICR]		= { fuzz_op_icr, 24 },
	[FUZZ_SELF_IPI]		= { fuzz_op_self_ipi, 16 },
	[FUZZ_ORDER]		= { fuzz_op_order, 8 },
	[FUZZ_TPR]		= { fuzz_op_tpr, 8 },
	[FUZZ_SPIV]		= { fuzz_op_spiv, 3 },
	[FUZZ_NMI]		= { fuzz_op_nmi, 4 },
	[FUZZ_DEADLINE]		= { fuzz_op_deadline, 16 },
	[FUZZ_HALT]		= { fuzz_op_halt, 12 },
	[FUZZ_STEAL_TIME]	= { fuzz_op_steal_time, 10 },
	[FUZZ_PV_EOI]		= { fuzz_op_pv_eoi, 10 },
	[FUZZ_APIC_BASE]	= { fuzz_op_apic_base, 6 },
	[FUZZ_CALL]		= { fuzz_op_call, 24 },
	[FUZZ_LOCK]		= { fuzz_op_lock, 12 },
	[FUZZ_PAUSE]		= { fuzz_op_pause, 6 },
	[FUZZ_INIT]		= { fuzz_op_init, 3 },
	[FUZZ_NESTED]		= { fuzz_op_nested, 3 },
	[FUZZ_IO]		= { fuzz_op_io, 4 },
};

/*
 * Hypercalls
 */
static uint32_t kvm_features(void)
{
	uint32_t eax, ebx, ecx, edx;

	cpuid(KVM_CPUID_FEATURES, &eax, &ebx, &ecx, &edx);
	return eax;
}

static enum fuzz_kind draw_kind(struct fuzz_rng *rng)
{
	int kind, n, sum = 0;

	for (kind = 0; kind < FUZZ_NR_KINDS; kind++)
		sum += ops[kind].weight;
	n = fuzz_below(rng, sum);
	for (kind = 0; n >= ops[kind].weight; kind++)
		n -= ops[kind].weight;

	return kind;
}

static void run_op(struct fuzz_cpu *cpu)
{
	struct fuzz_rng rng;

	fuzz_seed(&rng, fuzz_config.seed, cpu->index, cpu->op);
	cpu->kind = draw_kind(&rng);
	cpu->nr_kind[cpu->kind]++;
	fuzz_check_steal_time(cpu);
	ops[cpu->kind].run(cpu, &rng);
	irqs_on();
	fuzz_check_steal_time(cpu);
}

/* After a start or an INIT, of which nothing is left but memory. */
static void start(struct fuzz_cpu *cpu)
{
	uint64_t base = rdmsr(MSR_IA32_APICBASE);
	struct fuzz_rng rng;

	cpu->in_nested = false;
	fuzz_leave(cpu);
	if (cpu->restarts++)
		WRITE_ONCE(cpu->generation, cpu->generation + 2);
	cpu->eoi_on = false;
	cpu->steal_msr = cpu->eoi_msr = 0;
	if (READ_ONCE(fuzz_spin_lock) == cpu->index + 1)
		fuzz_unlock(&fuzz_spin_lock);

	cpu->apic = !(base & MSR_IA32_APICBASE_ENABLE) ? FUZZ_APIC_OFF :
		    base & MSR_IA32_APICBASE_EXTD ? FUZZ_X2APIC : FUZZ_XAPIC;
	fuzz_seed(&rng, fuzz_config.seed, cpu->index, cpu->restarts);
	if (cpu->apic == FUZZ_APIC_OFF)
		fuzz_set_apic_base(cpu, &rng, APIC_DEFAULT_GPA | MSR_IA32_APICBASE_ENABLE);
	if (cpu->apic == FUZZ_XAPIC)
		fuzz_set_apic_base(cpu, &rng, APIC_DEFAULT_GPA | MSR_IA32_APICBASE_ENABLE | MSR_IA32_APICBASE_EXTD);
	fuzz_enter(cpu);
	irqs_on();
}

/* No INIT comes after this: its sender would wait for ever. */
static void finish(struct fuzz_cpu *cpu)
{
	while (fuzz_try_lock(&fuzz_init_lock, cpu))
		asm volatile("pause");
	WRITE_ONCE(cpu->no_init, true);
	irqs_off();
	fuzz_leave(cpu);
	fuzz_unlock(&fuzz_init_lock);
}

void fuzz_guest_main(void);
void fuzz_guest_main(void)
{
	struct fuzz_cpu *cpu = this_cpu();

	cpu->features = kvm_features();
	start(cpu);
	while (cpu->op < fuzz_config.ops) {
		/* One that is cut off by INIT is not begun again. */
		WRITE_ONCE(cpu->op, cpu->op + 1);
		run_op(cpu);
	}
	finish(cpu);
	GUEST_DONE();
}
