// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: single instructions of the guest, executed with every register
 * set, from a mode of the CPU, and checked against the model.
 */
#include <asm/pvsched.h>
#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "fuzz_guest.h"

void fuzz_exec(void);
void fuzz_real(void);
extern char fuzz_far[], fuzz_user[];

#define STUBS(name)							\
	extern char fuzz_##name##_64[], fuzz_##name##_32[], fuzz_##name##_16[],	\
		    fuzz_##name##_real[], fuzz_##name##_user[];
STUBS(vmcall)
STUBS(vmmcall)
STUBS(wrmsr)
STUBS(rdmsr)

#define STUB(name) {							\
	[FUZZ_MODE_64] = fuzz_##name##_64, [FUZZ_MODE_32] = fuzz_##name##_32,	\
	[FUZZ_MODE_16] = fuzz_##name##_16, [FUZZ_MODE_REAL] = fuzz_##name##_real, \
	[FUZZ_MODE_USER64] = fuzz_##name##_user, [FUZZ_MODE_USER32] = fuzz_##name##_user, \
}

static char * const stub[FUZZ_NR_INSNS][FUZZ_NR_MODES] = {
	[FUZZ_VMCALL]	= STUB(vmcall),
	[FUZZ_VMMCALL]	= STUB(vmmcall),
	[FUZZ_WRMSR]	= STUB(wrmsr),
	[FUZZ_RDMSR]	= STUB(rdmsr),
};

static const uint8_t insn_length[FUZZ_NR_INSNS] = { 3, 3, 2, 2 };

static uint64_t stub_address(enum fuzz_insn insn, enum fuzz_mode mode)
{
	char *address = stub[insn][mode];

	if (mode == FUZZ_MODE_16 || mode == FUZZ_MODE_REAL)
		return FUZZ_LOW + (address - fuzz_low);

	return (uint64_t)address;
}

/* The instruction of a stub: note the fault, and skip it. */
void fuzz_fault_handler(struct ex_regs *regs)
{
	struct fuzz_cpu *cpu = this_cpu();
	int insn, mode;

	for (insn = 0; insn < FUZZ_NR_INSNS; insn++) {
		for (mode = 0; mode < FUZZ_NR_MODES; mode++) {
			if (regs->rip != stub_address(insn, mode))
				continue;
			cpu->fault = regs->vector;
			regs->rip += insn_length[insn];
			return;
		}
	}

	fuzz_check(cpu, false, "exception %lu, error code %#lx, RIP %#lx, CS %#lx",
		   regs->vector, regs->error_code, regs->rip, regs->cs);
}

/*
 * Instructions with all registers set
 */
void fuzz_set_patterns(struct fuzz_cpu *cpu, struct fuzz_rng *rng, bool interrupts)
{
	uint64_t *reg = (uint64_t *)&cpu->in;
	int i;

	for (i = 0; i < sizeof(cpu->in) / sizeof(*reg); i++)
		reg[i] = fuzz_next(rng);
	cpu->in.rflags = (cpu->in.rflags & RFLAGS_STATUS) | 2 | (interrupts ? RFLAGS_IF : 0);
	cpu->fault = 0;
}

enum fuzz_mode fuzz_draw_mode(struct fuzz_cpu *cpu, struct fuzz_rng *rng)
{
	static const uint8_t mode[16] = {
		[8] = FUZZ_MODE_32, FUZZ_MODE_32, FUZZ_MODE_16, FUZZ_MODE_16,
		FUZZ_MODE_USER64, FUZZ_MODE_USER32, FUZZ_MODE_REAL, FUZZ_MODE_REAL,
	};
	uint32_t m = mode[fuzz_below(rng, 16)];

	if (cpu->in_nested)
		return FUZZ_MODE_64;

	return m == FUZZ_MODE_REAL && !fuzz_config.real_mode ? FUZZ_MODE_32 : m;
}

static void aim(struct fuzz_cpu *cpu, enum fuzz_mode mode, uint64_t address)
{
	cpu->insn = (uint64_t)fuzz_far;
	cpu->far.offset = address;
	switch (mode) {
	case FUZZ_MODE_64:
		cpu->insn = address;
		break;
	case FUZZ_MODE_32:
		cpu->far.selector = FUZZ_CS32;
		break;
	case FUZZ_MODE_16:
		cpu->far.selector = FUZZ_CS16;
		break;
	case FUZZ_MODE_USER64:
	case FUZZ_MODE_USER32:
		cpu->insn = (uint64_t)fuzz_user;
		cpu->user_rip = address;
		cpu->user_cs = mode == FUZZ_MODE_USER64 ? FUZZ_USER_CS64 : FUZZ_USER_CS32;
		break;
	default:
		break;
	}
}

/* Bits of a register that are defined after a visit to @mode. */
static uint64_t defined(enum fuzz_mode mode)
{
	return fuzz_model_is_64_bit(mode) ? ~0ull : UINT32_MAX;
}

static void check_registers(struct fuzz_cpu *cpu, enum fuzz_mode mode, bool rdmsr)
{
	const uint64_t *in = (uint64_t *)&cpu->in, *out = (uint64_t *)&cpu->out;
	uint64_t mask = defined(mode);
	/* Real mode has seven of them, other modes outside 64-bit mode may lose R8 to R15. */
	int i, end = fuzz_model_is_64_bit(mode) ? 15 : 7;

	for (i = 1; i < end; i++) {
		if (rdmsr && !cpu->fault && i == 3)
			continue;
		fuzz_check(cpu, !((in[i] ^ out[i]) & mask), "register %d became %#lx from %#lx, mode %d",
			   i, out[i], in[i], mode);
	}

	if (mode == FUZZ_MODE_REAL)
		return;
	fuzz_check(cpu, !((cpu->in.rflags ^ cpu->out.rflags) & (RFLAGS_STATUS | RFLAGS_IF)),
		   "RFLAGS became %#lx from %#lx, mode %d", cpu->out.rflags, cpu->in.rflags, mode);
	fuzz_check(cpu, cpu->rsp == cpu->rsp_out, "RSP became %#lx from %#lx, mode %d",
		   cpu->rsp_out, cpu->rsp, mode);
}

/* Execute it with the registers in @cpu->in; interrupts are off afterwards. */
void fuzz_execute(struct fuzz_cpu *cpu, enum fuzz_mode mode, enum fuzz_insn insn)
{
	cpu->mode = mode;
	aim(cpu, mode, stub_address(insn, mode));
	if (mode == FUZZ_MODE_REAL)
		fuzz_real();
	else
		fuzz_exec();
	check_registers(cpu, mode, insn == FUZZ_RDMSR);
	fuzz_check(cpu, insn == FUZZ_WRMSR || insn == FUZZ_RDMSR || !cpu->fault,
		   "a hypercall faulted: %u, mode %d", cpu->fault, mode);
}

uint64_t fuzz_hypercall(struct fuzz_cpu *cpu, enum fuzz_mode mode)
{
	struct fuzz_caller caller = { cpu, mode };
	struct fuzz_answer answer;
	int64_t value;

	fuzz_model_call(&caller, &cpu->in, &answer);
	fuzz_execute(cpu, mode, host_cpu_is_amd ? FUZZ_VMMCALL : FUZZ_VMCALL);
	value = fuzz_model_is_64_bit(mode) ? (int64_t)cpu->out.rax : (int32_t)cpu->out.rax;
	fuzz_check(cpu, fuzz_model_call_is_right(&answer, mode, cpu->out.rax),
		   "mode %d, RAX %#lx, RBX %#lx, RCX %#lx, RDX %#lx, RSI %#lx: answer %ld, not %ld to %ld",
		   mode, cpu->in.rax, cpu->in.rbx, cpu->in.rcx, cpu->in.rdx, cpu->in.rsi,
		   (long)value, answer.code, answer.max);

	return cpu->out.rax;
}

/*
 * MSRs
 */
bool fuzz_write_msr(struct fuzz_cpu *cpu, struct fuzz_rng *rng, enum fuzz_mode mode, uint32_t msr,
		      uint64_t value, bool interrupts)
{
	struct fuzz_caller caller = { cpu, mode };
	bool either, faults = fuzz_model_wrmsr_faults(&caller, msr, value, &either);

	fuzz_set_patterns(cpu, rng, interrupts);
	cpu->in.rcx = msr;
	cpu->in.rax = (uint32_t)value;
	cpu->in.rdx = value >> 32;
	/* A fault in real mode would need a handler there. */
	if (mode == FUZZ_MODE_REAL && (faults || either))
		mode = FUZZ_MODE_16;
	fuzz_execute(cpu, mode, FUZZ_WRMSR);
	fuzz_check(cpu, either || cpu->fault == (faults ? GP_VECTOR : 0),
		   "WRMSR(%#x, %#lx), mode %d, APIC mode %d: exception %u", msr, value, mode,
		   cpu->apic, cpu->fault);

	return !cpu->fault;
}

bool fuzz_read_msr(struct fuzz_cpu *cpu, struct fuzz_rng *rng, uint32_t msr, uint64_t *value)
{
	struct fuzz_caller caller = { cpu, FUZZ_MODE_64 };
	bool faults = fuzz_model_rdmsr_faults(&caller, msr);

	fuzz_set_patterns(cpu, rng, false);
	cpu->in.rcx = msr;
	fuzz_execute(cpu, FUZZ_MODE_64, FUZZ_RDMSR);
	fuzz_check(cpu, cpu->fault == (faults ? GP_VECTOR : 0), "RDMSR(%#x): exception %u", msr,
		   cpu->fault);
	*value = (uint32_t)cpu->out.rax | cpu->out.rdx << 32;

	return !cpu->fault;
}
