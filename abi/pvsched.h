/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * pvsched: the interface through which a guest and its KVM host tell each
 * other which vCPU matters and which vCPU is off CPU.
 *
 * Every number, bit and layout that both sides must agree on is here and
 * nowhere else; kernels, VMMs and tests include this file as it is. What each
 * of them means is in pvsched.rst.
 *
 * Linux hands out its own numbers from the low end of each space. pvsched
 * takes the other end, so that neither meets the other.
 */
#ifndef _UAPI_ASM_X86_PVSCHED_H
#define _UAPI_ASM_X86_PVSCHED_H

#include <linux/types.h>

/*
 * Discovery: bits of KVM_CPUID_FEATURES (0x40000001) EAX.
 *
 * YIELD:   the host answers KVM_HC_PVSCHED_YIELD.
 * OFF_CPU: the host reports every preempted vCPU, see PVSCHED_VCPU_OFF_CPU.
 */
#define PVSCHED_FEATURE_YIELD		28
#define PVSCHED_FEATURE_OFF_CPU		29

/*
 * The steal-time record, from host to guest: one cache line that lies over
 * struct kvm_steal_time, field for field.
 *
 * @steal:	nanoseconds this vCPU wanted to run and did not
 * @version:	odd while the host updates @steal
 * @flags:	none defined
 * @preempted:	zero while the vCPU runs or sleeps, PVSCHED_VCPU_* otherwise
 */
struct pvsched_steal_time {
	__u64 steal;
	__u32 version;
	__u32 flags;
	__u8  preempted;
	__u8  reserved[47];
};

/*
 * Values of @preempted. The first two are the base's own; a guest may set
 * FLUSH_TLB beside PREEMPTED, and beside nothing else.
 *
 * OFF_CPU: the vCPU wants to run and is off CPU, but left while an exit was
 * being handled. It counts as preempted; a TLB flush must not be left to it.
 */
#define PVSCHED_VCPU_PREEMPTED		(1 << 0)
#define PVSCHED_VCPU_FLUSH_TLB		(1 << 1)
#define PVSCHED_VCPU_OFF_CPU		(1 << 7)

/*
 * The yield hypercall: give this vCPU's CPU time to preempted siblings.
 *
 * RAX: KVM_HC_PVSCHED_YIELD
 * RBX: bitmap of targets, low half; bit n names APIC ID RDX + n
 * RCX: bitmap of targets, high half; bit n names APIC ID RDX + word size + n
 * RDX: lowest APIC ID of the window, at most 2^32 - 1
 * RSI: why, one of PVSCHED_YIELD_*
 *
 * The word size is 64, and 32 for a caller outside 64-bit mode.
 *
 * Return in RAX: how many targets were given a CPU (0: none needed one), or
 * -KVM_EPERM:		the caller is not in ring 0
 * -KVM_ENOSYS:		not advertised to this guest
 * -KVM_EINVAL:		RSI or RDX out of range
 * -KVM_EOPNOTSUPP:	switched off by the host's administrator for now
 */
#define KVM_HC_PVSCHED_YIELD		0x50560001

#define PVSCHED_YIELD_CALL_FUNC		(1 << 0)
#define PVSCHED_YIELD_QUEUE_HEAD	(1 << 1)
#define PVSCHED_YIELD_LOCK_HOLDER	(1 << 2)
#define PVSCHED_YIELD_REASONS		(PVSCHED_YIELD_CALL_FUNC | \
					 PVSCHED_YIELD_QUEUE_HEAD | \
					 PVSCHED_YIELD_LOCK_HOLDER)

/* Targets that one call can name: two words of the bitmap. */
#define PVSCHED_YIELD_MAX_TARGETS	128

#ifdef __cplusplus
#define __pvsched_assert(e)	static_assert(e, #e)
#else
#define __pvsched_assert(e)	_Static_assert(e, #e)
#endif

__pvsched_assert(sizeof(struct pvsched_steal_time) == 64);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, steal) == 0);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, version) == 8);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, flags) == 12);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, preempted) == 16);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, reserved) == 17);

#endif /* _UAPI_ASM_X86_PVSCHED_H */
