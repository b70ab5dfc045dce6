// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: what the guest must see, by abi/pvsched.rst, KVM's documented
 * hypercalls and the manuals of the local APIC. Nothing here is taken from the
 * code under test, and nothing depends on time: where the answer does, the
 * model gives the set of right ones.
 */
#include <asm/pvsched.h>
#include <linux/kvm_para.h>
#include <asm/kvm_para.h>

#include "apic.h"
#include "fuzz.h"

/* "One call serves at most nine targets." */
#define MAX_SERVED		9

#define ICR_RESERVED		(GENMASK_ULL(31, 20) | GENMASK_ULL(17, 16) | BIT_ULL(13))
#define STEAL_TIME_RESERVED	GENMASK_ULL(5, 1)
#define APIC_BASE_RESERVED	(GENMASK_ULL(7, 0) | BIT_ULL(9) | GENMASK_ULL(63, 52))

#define MSR_ICR			(APIC_BASE_MSR + (APIC_ICR >> 4))
#define MSR_SELF_IPI		(APIC_BASE_MSR + 0x3f)

bool fuzz_model_is_user(enum fuzz_mode mode)
{
	return mode == FUZZ_MODE_USER64 || mode == FUZZ_MODE_USER32;
}

bool fuzz_model_is_64_bit(enum fuzz_mode mode)
{
	return mode == FUZZ_MODE_64 || mode == FUZZ_MODE_USER64;
}

/* A feature of the base counts where the VMM enforces CPUID. */
static bool has(const struct fuzz_caller *caller, int feature)
{
	return !fuzz_config.enforce || (caller->cpu->features & BIT(feature));
}

/* Does a bitmap of two words of @width bits from @first on name @id? */
static bool bitmap_names(uint64_t low, uint64_t high, uint64_t first, int width, uint64_t id)
{
	uint64_t n = id - first;

	if (id < first || n >= 2 * width)
		return false;

	return (n < width ? low >> n : high >> (n - width)) & 1;
}

static void exactly(struct fuzz_answer *answer, int64_t code)
{
	answer->code = answer->max = code;
}

static void model_yield(const struct fuzz_caller *caller, const struct fuzz_regs *in,
			struct fuzz_answer *answer)
{
	int i, named = 0, width = fuzz_model_is_64_bit(caller->mode) ? 64 : 32;

	if (!(caller->cpu->features & BIT(PVSCHED_FEATURE_YIELD)))
		return exactly(answer, -KVM_ENOSYS);

	if (in->rdx > UINT32_MAX || !in->rsi || (in->rsi & (in->rsi - 1)) ||
	    (in->rsi & ~(uint64_t)PVSCHED_YIELD_REASONS))
		return exactly(answer, -KVM_EINVAL);

	for (i = 0; i < fuzz_config.nr_cpus; i++) {
		if (&fuzz_cpus[i] != caller->cpu)
			named += bitmap_names(in->rbx, in->rcx, in->rdx, width, fuzz_id[i]);
	}

	if (!in->rbx && !in->rcx)
		named = fuzz_config.nr_cpus - 1;
	answer->code = 0;
	answer->max = named < MAX_SERVED ? named : MAX_SERVED;
	if (fuzz_config.switches)
		answer->other[0] = -KVM_EOPNOTSUPP;
}

static void model_send_ipi(const struct fuzz_caller *caller, const struct fuzz_regs *in,
			   struct fuzz_answer *answer)
{
	int i, width = fuzz_model_is_64_bit(caller->mode) ? 64 : 32;
	uint32_t first = in->rdx, second = first + width;

	if (!has(caller, KVM_FEATURE_PV_SEND_IPI))
		return exactly(answer, -KVM_ENOSYS);

	if (in->rsi & (APIC_DEST_LOGICAL | APIC_DEST_ALLBUT))
		return exactly(answer, -KVM_EINVAL);

	answer->code = answer->max = 0;
	for (i = 0; i < fuzz_config.nr_cpus; i++) {
		answer->max += bitmap_names(in->rbx, 0, first, width, fuzz_id[i]);
		answer->max += bitmap_names(in->rcx, 0, second, width, fuzz_id[i]);
	}
}

/* In the order of the checks: ring, feature, arguments. */
void fuzz_model_call(const struct fuzz_caller *caller, const struct fuzz_regs *regs,
		     struct fuzz_answer *answer)
{
	struct fuzz_regs in = *regs;

	if (!fuzz_model_is_64_bit(caller->mode)) {
		in.rax = (uint32_t)in.rax;
		in.rbx = (uint32_t)in.rbx;
		in.rcx = (uint32_t)in.rcx;
		in.rdx = (uint32_t)in.rdx;
		in.rsi = (uint32_t)in.rsi;
	}

	answer->other[0] = answer->other[1] = 0;
	if (fuzz_model_is_user(caller->mode))
		return exactly(answer, -KVM_EPERM);

	switch (in.rax) {
	case KVM_HC_PVSCHED_YIELD:
		return model_yield(caller, &in, answer);
	case KVM_HC_SEND_IPI:
		return model_send_ipi(caller, &in, answer);
	case KVM_HC_SCHED_YIELD:
		return exactly(answer, has(caller, KVM_FEATURE_PV_SCHED_YIELD) ? 0 : -KVM_ENOSYS);
	case KVM_HC_KICK_CPU:
		return exactly(answer, has(caller, KVM_FEATURE_PV_UNHALT) ? 0 : -KVM_ENOSYS);
	case KVM_HC_VAPIC_POLL_IRQ:
		return exactly(answer, 0);
	case KVM_HC_CLOCK_PAIRING:
		exactly(answer, -KVM_EOPNOTSUPP);
		if (in.rcx == KVM_CLOCK_PAIRING_WALLCLOCK) {
			exactly(answer, 0);
			answer->other[0] = -KVM_EOPNOTSUPP;
			answer->other[1] = -KVM_EFAULT;
		}
		return;
	default:
		return exactly(answer, -KVM_ENOSYS);
	}
}

bool fuzz_model_call_is_right(const struct fuzz_answer *answer, enum fuzz_mode mode, uint64_t rax)
{
	int64_t value = fuzz_model_is_64_bit(mode) ? (int64_t)rax : (int32_t)rax;
	int64_t code = answer->code, max = answer->max;

	/* Made wrong on purpose: the reader took one code for another. */
	if (fuzz_config.bust == FUZZ_BUST_CODE && code == -KVM_EINVAL)
		code = max = -KVM_ENOSYS;

	if (value >= code && value <= max)
		return true;

	return value && (value == answer->other[0] || value == answer->other[1]);
}

bool fuzz_model_wrmsr_faults(const struct fuzz_caller *caller, uint32_t msr, uint64_t value,
			     bool *either)
{
	uint64_t address = value & ~(uint64_t)KVM_MSR_ENABLED;

	*either = false;
	if (fuzz_model_is_user(caller->mode))
		return true;

	switch (msr) {
	case MSR_ICR:
		return caller->cpu->apic != FUZZ_X2APIC || (value & ICR_RESERVED);
	case MSR_SELF_IPI:
		return caller->cpu->apic != FUZZ_X2APIC || value > APIC_VECTOR_MASK;
	case MSR_KVM_STEAL_TIME:
		return !has(caller, KVM_FEATURE_STEAL_TIME) || (value & STEAL_TIME_RESERVED);
	case MSR_KVM_PV_EOI_EN:
		if (!has(caller, KVM_FEATURE_PV_EOI) || (value & 2))
			return true;
		*either = (value & KVM_MSR_ENABLED) && address >= fuzz_config.scratch &&
			  address < fuzz_config.absent;
		return (value & KVM_MSR_ENABLED) && address >= fuzz_config.absent;
	default:
		return false;
	}
}

bool fuzz_model_rdmsr_faults(const struct fuzz_caller *caller, uint32_t msr)
{
	if (fuzz_model_is_user(caller->mode))
		return true;

	switch (msr) {
	case MSR_KVM_STEAL_TIME:
		return !has(caller, KVM_FEATURE_STEAL_TIME);
	case MSR_KVM_PV_EOI_EN:
		return !has(caller, KVM_FEATURE_PV_EOI);
	default:
		return false;
	}
}

/* Return whether the write faults; where it does not, @to is the new mode. */
bool fuzz_model_apic_base(enum fuzz_apic from, uint64_t value, enum fuzz_apic *to)
{
	bool on = value & MSR_IA32_APICBASE_ENABLE, x2apic = value & MSR_IA32_APICBASE_EXTD;

	*to = from;
	if ((value & APIC_BASE_RESERVED) || (x2apic && !on) ||
	    (from == FUZZ_X2APIC && on && !x2apic) || (from == FUZZ_APIC_OFF && x2apic))
		return true;

	*to = !on ? FUZZ_APIC_OFF : x2apic ? FUZZ_X2APIC : FUZZ_XAPIC;

	return false;
}

static bool icr_names(uint32_t dest, bool logical, uint32_t id)
{
	if (dest == 0xffffffff || dest == 0xff)
		return true;

	return logical ? dest >> 16 == id >> 4 && (dest & BIT(id & 15)) : dest == id;
}

/* @icr in the layout of the x2APIC, whatever the sender's mode. */
uint32_t fuzz_model_icr_targets(const struct fuzz_cpu *sender, uint64_t icr)
{
	uint32_t all = BIT(fuzz_config.nr_cpus) - 1, self = BIT(sender->index), targets = 0;
	int i;

	switch (icr & APIC_DEST_ALLBUT) {
	case APIC_DEST_SELF:
		return self;
	case APIC_DEST_ALLINC:
		return all;
	case APIC_DEST_ALLBUT:
		return all & ~self;
	}

	for (i = 0; i < fuzz_config.nr_cpus; i++) {
		if (icr_names(icr >> 32, icr & APIC_DEST_LOGICAL, fuzz_id[i]))
			targets |= BIT(i);
	}

	return targets;
}

/* What KVM_HC_SEND_IPI names. */
uint32_t fuzz_model_call_targets(const struct fuzz_caller *caller, const struct fuzz_regs *in)
{
	int i, width = fuzz_model_is_64_bit(caller->mode) ? 64 : 32;
	uint32_t first = in->rdx, second = first + width, targets = 0;

	for (i = 0; i < fuzz_config.nr_cpus; i++) {
		if (bitmap_names(in->rbx, 0, first, width, fuzz_id[i]) ||
		    bitmap_names(in->rcx, 0, second, width, fuzz_id[i]))
			targets |= BIT(i);
	}

	return targets;
}
