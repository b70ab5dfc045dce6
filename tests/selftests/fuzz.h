/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pvsched_fuzz: what its guest, its model and its userspace share.
 *
 * A round is one VM. Everything its guest does follows from the round's seed:
 * operation n of vCPU v draws its arguments from a generator that starts at
 * (seed, v, n), so that neither time nor other vCPUs change the program. What
 * the vCPUs see of each other does depend on time, and the model in
 * fuzz_model.c says what they may see.
 */
#ifndef PVSCHED_FUZZ_H
#define PVSCHED_FUZZ_H

/* vCPUs that run. */
#define FUZZ_MAX_CPUS		4

/* Selectors: the library's three, and more in each vCPU's own GDT. */
#define FUZZ_CS64		0x08
#define FUZZ_DS			0x10
#define FUZZ_TSS		0x18
#define FUZZ_CS32		0x28
#define FUZZ_CS16		0x30
#define FUZZ_USER_DS		0x3b
#define FUZZ_USER_CS64		0x43
#define FUZZ_USER_CS32		0x4b

/* Where each vCPU's own memory is: paging may be off, so addresses are physical ones too. */
#define FUZZ_AREA		0x08000000

/* Page of the code that runs without paging, and after a SIPI of this vector. */
#define FUZZ_LOW		0x1000
#define FUZZ_SIPI_VECTOR	1

/* How ring 3 comes back. */
#define FUZZ_GATE		0x20

/* Offsets in struct fuzz_cpu, for fuzz_stubs.S. */
#define FUZZ_IN			0x000
#define FUZZ_OUT		0x080
#define FUZZ_RSP		0x100
#define FUZZ_RSP_OUT		0x108
#define FUZZ_INSN		0x110
#define FUZZ_FAR		0x118
#define FUZZ_STACK		0x120
#define FUZZ_GDTR		0x128
#define FUZZ_IDTR		0x138
#define FUZZ_REAL_IDTR		0x148
#define FUZZ_SELF		0x158
#define FUZZ_USER_RIP		0x160
#define FUZZ_USER_CS		0x168

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

#include <linux/compiler.h>

#include "processor.h"

/*
 * Vectors. Those of the own kind are sent by a vCPU to itself only; each sender
 * has sixteen for what it sends at random and one for calls.
 */
#define FUZZ_OWN_VECTOR		0x30
#define FUZZ_NR_OWN		32
#define FUZZ_TIMER_VECTOR	0x50
#define FUZZ_CALL_VECTOR	0x58
#define FUZZ_RANDOM_VECTOR	0x60
#define FUZZ_RANDOM_END		(FUZZ_RANDOM_VECTOR + 16 * FUZZ_MAX_CPUS)

/* A port that no device answers: userspace takes its turn. */
#define FUZZ_PORT		0x11

enum fuzz_kind {
	FUZZ_YIELD, FUZZ_SEND_IPI, FUZZ_SCHED_YIELD, FUZZ_KICK, FUZZ_UNKNOWN,
	FUZZ_ICR, FUZZ_SELF_IPI, FUZZ_ORDER, FUZZ_TPR, FUZZ_SPIV, FUZZ_NMI,
	FUZZ_DEADLINE, FUZZ_HALT, FUZZ_STEAL_TIME, FUZZ_PV_EOI, FUZZ_APIC_BASE,
	FUZZ_CALL, FUZZ_LOCK, FUZZ_PAUSE, FUZZ_INIT, FUZZ_NESTED, FUZZ_IO,
	FUZZ_NR_KINDS
};

/* From where an instruction is executed. */
enum fuzz_mode {
	FUZZ_MODE_64, FUZZ_MODE_32, FUZZ_MODE_16, FUZZ_MODE_REAL,
	FUZZ_MODE_USER64, FUZZ_MODE_USER32, FUZZ_NR_MODES
};

enum fuzz_insn { FUZZ_VMCALL, FUZZ_VMMCALL, FUZZ_WRMSR, FUZZ_RDMSR, FUZZ_NR_INSNS };

enum fuzz_apic { FUZZ_APIC_OFF, FUZZ_XAPIC, FUZZ_X2APIC };

enum fuzz_bust { FUZZ_BUST_NONE, FUZZ_BUST_CODE, FUZZ_BUST_IRQ, FUZZ_BUST_HALT };

struct fuzz_regs {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rflags;
};

struct fuzz_desc_ptr {
	uint16_t limit;
	uint64_t base;
	uint16_t unused[3];
} __packed;

/* A call by interrupt: @token is the caller's, @answer the callee's. */
struct fuzz_mailbox {
	uint64_t token, answer;
};

/* A vCPU as its guest sees it. GS has its address. */
struct fuzz_cpu {
	struct fuzz_regs in, out;
	uint64_t rsp, rsp_out, insn;
	struct {
		uint32_t offset;
		uint16_t selector, unused;
	} far;
	uint64_t stack;
	struct fuzz_desc_ptr gdtr, idtr, real_idtr;
	struct fuzz_cpu *self;
	uint64_t user_rip, user_cs;

	/* Set by userspace. */
	uint64_t gdt[16];
	struct {
		uint32_t reserved;
		uint64_t rsp0;
		uint8_t rest[92];
	} __packed tss;
	uint32_t index, id;
	uint64_t nested;		/* the library's page for SVM or VMX, or 0 */
	uint64_t nested_stack;
	uint32_t features;		/* KVM_CPUID_FEATURES, EAX */
	bool in_nested;

	/* The program. */
	uint64_t op, restarts;
	enum fuzz_kind kind;
	enum fuzz_mode mode;		/* of the last instruction with all registers set */
	/* Done, or with an APIC that is off: no INIT may be sent. */
	bool no_init;
	/* Odd: no interrupt is sure to arrive. */
	uint64_t generation;

	/* State that the model needs. */
	enum fuzz_apic apic;
	bool eoi_on;
	uint32_t eoi __aligned(64);
	uint8_t steal[64] __aligned(64);
	uint64_t steal_msr, eoi_msr;

	/* What came in. */
	uint8_t fault;
	uint64_t nr_kind[FUZZ_NR_KINDS];
	uint64_t nmis, got[256], sent[256];
	uint64_t timer_before;		/* what the last wait for a timer began with */
	uint64_t nr_cut;		/* handlers of nested guests, by INIT */
	uint64_t nr_twice, nr_shadowed;	/* which only an emulator's fault explains */
	uint8_t log[FUZZ_NR_OWN];
	uint32_t nr_log;
	struct fuzz_mailbox mailbox[FUZZ_MAX_CPUS];
} __aligned(4096);

_Static_assert(sizeof(struct fuzz_regs) == FUZZ_OUT - FUZZ_IN, "FUZZ_OUT");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, rsp) == FUZZ_RSP, "FUZZ_RSP");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, rsp_out) == FUZZ_RSP_OUT, "FUZZ_RSP_OUT");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, insn) == FUZZ_INSN, "FUZZ_INSN");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, far) == FUZZ_FAR, "FUZZ_FAR");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, stack) == FUZZ_STACK, "FUZZ_STACK");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, gdtr) == FUZZ_GDTR, "FUZZ_GDTR");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, idtr) == FUZZ_IDTR, "FUZZ_IDTR");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, real_idtr) == FUZZ_REAL_IDTR, "FUZZ_REAL_IDTR");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, self) == FUZZ_SELF, "FUZZ_SELF");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, user_rip) == FUZZ_USER_RIP, "FUZZ_USER_RIP");
_Static_assert(__builtin_offsetof(struct fuzz_cpu, user_cs) == FUZZ_USER_CS, "FUZZ_USER_CS");

/* Of a round: written by userspace, read by the guest. */
struct fuzz_config {
	uint64_t seed, ops;		/* of each vCPU */
	int nr_cpus;
	enum fuzz_bust bust;
	bool enforce;			/* KVM_CAP_ENFORCE_PV_FEATURE_CPUID */
	bool switches;			/* yields may be switched off meanwhile */
	bool tcg;			/* an interrupt may come twice, or in the shadow of STI */
	bool real_mode;
	uint64_t scratch;		/* guest physical memory that comes and goes */
	uint64_t absent;		/* that is not there */
};

/* APIC IDs: of vCPUs that run, and of others that never do. */
extern const uint32_t fuzz_id[FUZZ_MAX_CPUS], fuzz_idle_id[];
extern const int fuzz_nr_idle;

extern struct fuzz_config fuzz_config;

#define fuzz_cpus	((struct fuzz_cpu *)FUZZ_AREA)

/*
 * Random numbers: SplitMix64.
 */
struct fuzz_rng {
	uint64_t state;
};

static inline uint64_t fuzz_next(struct fuzz_rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;

	return z ^ z >> 31;
}

static inline uint32_t fuzz_below(struct fuzz_rng *rng, uint32_t n)
{
	return (fuzz_next(rng) >> 32) * n >> 32;
}

/* True once in @n. */
static inline bool fuzz_one_in(struct fuzz_rng *rng, uint32_t n)
{
	return !fuzz_below(rng, n);
}

static inline void fuzz_seed(struct fuzz_rng *rng, uint64_t seed, uint64_t a, uint64_t b)
{
	rng->state = seed;
	rng->state = fuzz_next(rng) ^ a;
	rng->state = fuzz_next(rng) ^ b;
	fuzz_next(rng);
}

/*
 * The model. A hypercall answers one of a set: an error code, or a count.
 */
struct fuzz_answer {
	int64_t code;			/* at least */
	int64_t max;			/* at most; equal to @code for an exact one */
	int64_t other[2];		/* what else is right, 0 for none */
};

struct fuzz_caller {
	struct fuzz_cpu *cpu;
	enum fuzz_mode mode;
};

void fuzz_model_call(const struct fuzz_caller *caller, const struct fuzz_regs *in,
		     struct fuzz_answer *answer);
bool fuzz_model_call_is_right(const struct fuzz_answer *answer, enum fuzz_mode mode, uint64_t rax);
bool fuzz_model_wrmsr_faults(const struct fuzz_caller *caller, uint32_t msr, uint64_t value,
			     bool *either);
bool fuzz_model_rdmsr_faults(const struct fuzz_caller *caller, uint32_t msr);
bool fuzz_model_apic_base(enum fuzz_apic from, uint64_t value, enum fuzz_apic *to);
/* bits of fuzz_cpus[] that may get the interrupt. */
uint32_t fuzz_model_icr_targets(const struct fuzz_cpu *sender, uint64_t icr);
uint32_t fuzz_model_call_targets(const struct fuzz_caller *caller, const struct fuzz_regs *in);
bool fuzz_model_is_64_bit(enum fuzz_mode mode);
bool fuzz_model_is_user(enum fuzz_mode mode);

/*
 * The guest.
 */
extern char fuzz_start[], fuzz_user_done[], fuzz_low[], fuzz_low_end[];
extern char fuzz_low_table[], fuzz_low_gdtr[], fuzz_low_cr3[], fuzz_low_cr4[], fuzz_low_iret[];
extern char fuzz_user_page[];

void fuzz_handler(struct ex_regs *regs);
void fuzz_nmi_handler(struct ex_regs *regs);
void fuzz_fault_handler(struct ex_regs *regs);
const char *fuzz_kind_name(enum fuzz_kind kind);

#endif /* !__ASSEMBLER__ */
#endif /* PVSCHED_FUZZ_H */
