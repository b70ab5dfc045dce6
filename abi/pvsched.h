/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * pvsched: the interface through which a guest and its KVM host tell each other
 * which vCPU others wait for and which vCPU is off CPU.
 *
 * This file has every number, bit and layout that both sides must agree on.
 * Kernels, VMMs and tests include it unchanged. pvsched.rst defines the meaning.
 *
 * Linux allocates its own numbers from the low end of each space. pvsched starts
 * at the other end, so that the two do not collide.
 */
#ifndef _UAPI_ASM_X86_PVSCHED_H
#define _UAPI_ASM_X86_PVSCHED_H

#include <linux/types.h>

/*
 * Discovery: bits of KVM_CPUID_FEATURES (0x40000001) EAX.
 *
 * YIELD:   the host answers KVM_HC_PVSCHED_YIELD.
 * OFF_CPU: the steal-time record also reports vCPUs that are preempted inside an
 *	    exit, see PVSCHED_VCPU_OFF_CPU. Meaningful only beside
 *	    KVM_FEATURE_STEAL_TIME.
 * CAPACITY: the steal-time record says how many CPUs the VM can have, see
 *	    @capacity. Meaningful only beside KVM_FEATURE_STEAL_TIME.
 */
#define PVSCHED_FEATURE_YIELD		28
#define PVSCHED_FEATURE_OFF_CPU		29
#define PVSCHED_FEATURE_CAPACITY	30

/**
 * struct pvsched_steal_time - The steal-time record, from host to guest.
 * @steal:	nanoseconds that the vCPU wanted to run and was off CPU
 * @version:	odd while the host updates @steal or @capacity
 * @flags:	none defined
 * @preempted:	PVSCHED_VCPU_* if the vCPU lost its CPU since it last entered the guest,
 *		zero while it executes the guest's code or halts
 * @reserved0:	zero until a feature bit gives it a meaning
 * @capacity:	CPUs in 1/1024 that this VM can keep busy now without taking its own
 *		vCPUs' time; 0: not known, use all
 * @reserved:	zero until a feature bit gives it a meaning
 *
 * One cache line, with the layout of struct kvm_steal_time.
 */
struct pvsched_steal_time {
	__u64 steal;
	__u32 version;
	__u32 flags;
	__u8  preempted;
	__u8  reserved0[3];
	__u32 capacity;
	__u8  reserved[40];
};

/*
 * Bits of @preempted; at most one of PREEMPTED and OFF_CPU is set.
 *
 * PREEMPTED: off CPU at an instruction boundary, as in the base.
 * FLUSH_TLB: set by the guest beside PREEMPTED only: flush before the next entry.
 * OFF_CPU:   off CPU while an exit was being handled. The vCPU counts as
 *	      preempted, but a TLB flush must not be deferred for it.
 */
#define PVSCHED_VCPU_PREEMPTED		(1 << 0)
#define PVSCHED_VCPU_FLUSH_TLB		(1 << 1)
#define PVSCHED_VCPU_OFF_CPU		(1 << 7)

/*
 * The yield hypercall: give the caller's CPU time to vCPUs of the same VM.
 *
 * RAX: KVM_HC_PVSCHED_YIELD
 * RBX: bitmap of targets, low half; bit n names APIC ID RDX + n
 * RCX: bitmap of targets, high half; bit n names APIC ID RDX + word size + n
 * RDX: lowest APIC ID of the window, at most 2^32 - 1
 * RSI: reason, exactly one of PVSCHED_YIELD_*
 *
 * The word size is 64 in 64-bit mode and 32 otherwise. With no bit set the yield is
 * untargeted: the host chooses the target.
 *
 * Return in RAX: how many targets were given a CPU (0: none needed one), or, checked
 * in this order,
 * -KVM_EPERM:		the caller is not in ring 0
 * -KVM_ENOSYS:		the feature was not given to this guest
 * -KVM_EINVAL:		RSI does not hold exactly one known reason, or RDX is too large
 * -KVM_EOPNOTSUPP:	the host's administrator has switched the part off
 */
#define KVM_HC_PVSCHED_YIELD		0x50560001

/*
 * CALL_FUNC:	the caller waits for a call-function IPI
 * QUEUE_HEAD:	the target is the queue head of a lock
 * LOCK_HOLDER:	the target holds a lock
 */
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
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, reserved0) == 17);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, capacity) == 20);
__pvsched_assert(__builtin_offsetof(struct pvsched_steal_time, reserved) == 24);

#endif /* _UAPI_ASM_X86_PVSCHED_H */
