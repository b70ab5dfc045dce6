/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvsched_fuzz: what the parts of the guest share.
 */
#ifndef PVSCHED_FUZZ_GUEST_H
#define PVSCHED_FUZZ_GUEST_H

#include "apic.h"
#include "fuzz.h"
#include "kvm_util.h"

#define MSR_ICR			(APIC_BASE_MSR + (APIC_ICR >> 4))
#define MSR_SELF_IPI		(APIC_BASE_MSR + 0x3f)
#define TSC_DEADLINE		MSR_IA32_TSC_DEADLINE

#define RFLAGS_IF		BIT_ULL(9)
/* CF, PF, AF, ZF, SF and OF; DF would surprise the compiler's code. */
#define RFLAGS_STATUS		0x8d5ull

static inline struct fuzz_cpu *this_cpu(void)
{
	struct fuzz_cpu *cpu;

	asm volatile("mov %%gs:%c1, %0" : "=r" (cpu) : "i" (FUZZ_SELF));
	return cpu;
}

static inline void irqs_off(void)
{
	asm volatile("cli" ::: "memory");
}

static inline void irqs_on(void)
{
	asm volatile("sti; nop; nop" ::: "memory");
}

/* The message says where; userspace adds the seed. */
#define fuzz_check(cpu, condition, fmt, args...)			\
do {									\
	if (!(condition)) {						\
		irqs_off();						\
		GUEST_FAIL("vCPU %u, operation %lu, %s: " fmt, (cpu)->index,	\
			   (cpu)->op, fuzz_kind_name((cpu)->kind), ##args);	\
	}								\
} while (0)

/*
 * The local APIC
 */
static inline uint32_t apic_read(struct fuzz_cpu *cpu, uint32_t reg)
{
	return cpu->apic == FUZZ_X2APIC ? x2apic_read_reg(reg) : xapic_read_reg(reg);
}

static inline void apic_write(struct fuzz_cpu *cpu, uint32_t reg, uint32_t value)
{
	if (cpu->apic == FUZZ_X2APIC)
		x2apic_write_reg(reg, value);
	else if (cpu->apic == FUZZ_XAPIC)
		xapic_write_reg(reg, value);
}

/* @icr in the layout of the x2APIC. Interrupts between the halves of an xAPIC's send none. */
static inline void icr_write(struct fuzz_cpu *cpu, uint64_t icr)
{
	if (cpu->apic == FUZZ_X2APIC) {
		wrmsr(MSR_ICR, icr);
	} else {
		xapic_write_reg(APIC_ICR2, icr >> 32 << 24);
		xapic_write_reg(APIC_ICR, icr);
	}
}

static inline bool apic_has_pending(struct fuzz_cpu *cpu, int vector)
{
	return apic_read(cpu, APIC_IRR + vector / 32 * 0x10) & BIT(vector % 32);
}

static inline void mark_sent(uint32_t targets, int vector)
{
	int i;

	for (i = 0; i < fuzz_config.nr_cpus; i++) {
		if (targets & BIT(i))
			__atomic_fetch_add(&fuzz_cpus[i].sent[vector], 1, __ATOMIC_SEQ_CST);
	}
}

/* fuzz_stubs.S */
void fuzz_halt(void);
extern char fuzz_halt_hlt[];

/* fuzz_exec.c */
void fuzz_set_patterns(struct fuzz_cpu *cpu, struct fuzz_rng *rng, bool interrupts);
enum fuzz_mode fuzz_draw_mode(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_execute(struct fuzz_cpu *cpu, enum fuzz_mode mode, enum fuzz_insn insn);
uint64_t fuzz_hypercall(struct fuzz_cpu *cpu, enum fuzz_mode mode);
bool fuzz_write_msr(struct fuzz_cpu *cpu, struct fuzz_rng *rng, enum fuzz_mode mode, uint32_t msr,
		      uint64_t value, bool interrupts);
bool fuzz_read_msr(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint32_t msr, uint64_t *value);

/* fuzz_apic.c */
uint32_t fuzz_draw_id(struct fuzz_rng *rng);
int fuzz_draw_vector(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
int fuzz_draw_own_vector(struct fuzz_rng *rng);
bool fuzz_draw_interrupts(struct fuzz_rng *rng);
void fuzz_check_came(struct fuzz_cpu *cpu, int vector, uint64_t before);
void fuzz_check_came_at_last(struct fuzz_cpu *cpu, int vector, uint64_t before);
void fuzz_send_own(struct fuzz_cpu *cpu, struct fuzz_rng *rng, int vector, bool interrupts);
void fuzz_leave(struct fuzz_cpu *cpu);
void fuzz_enter(struct fuzz_cpu *cpu);
uint32_t fuzz_try_lock(uint32_t *lock, struct fuzz_cpu *cpu);
void fuzz_unlock(uint32_t *lock);
void fuzz_set_apic_base(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint64_t value);
void fuzz_check_steal_time(struct fuzz_cpu *cpu);
void fuzz_op_icr(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_self_ipi(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_order(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_tpr(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_spiv(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_nmi(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_deadline(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_halt(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_steal_time(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_pv_eoi(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_apic_base(struct fuzz_cpu *cpu, struct fuzz_rng *rng);

/* fuzz_calls.c */
void fuzz_op_yield(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_send_ipi(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_other_call(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_call(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_lock(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_pause(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_init(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_io(struct fuzz_cpu *cpu, struct fuzz_rng *rng);
void fuzz_op_nested(struct fuzz_cpu *cpu, struct fuzz_rng *rng);

extern uint32_t fuzz_init_lock, fuzz_spin_lock;

#endif /* PVSCHED_FUZZ_GUEST_H */
