/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host part keeps in each vCPU and VM, as members of struct kvm_vcpu_arch
 * and struct kvm_arch.
 */
#ifndef _ASM_X86_KVM_PVSCHED_VCPU_H
#define _ASM_X86_KVM_PVSCHED_VCPU_H

#include <linux/cache.h>
#include <linux/pvsched_sched.h>
#include <linux/types.h>

struct kvm_vcpu;

#ifdef CONFIG_KVM_PVSCHED
/**
 * struct pvsched_vcpu - What is known of one vCPU
 * @runs:		times the vCPU got a CPU
 * @hinted:		a waiter named the vCPU, and the vCPU did not run since
 * @irqs_off:		preempted with interrupts off
 * @spinning:		preempted in the loop of its last pause-loop exit
 * @at_rest:		the vCPU's thread is where no register, cache or dirty ring of
 *			the vCPU is half updated, although inside an exit
 * @in_record:		the thread writes the steal-time record, or is given another
 * @preempted:		counted in @preempted of struct pvsched_kvm
 * @spin_rip:		address of the last pause-loop exit
 * @spin_exits:		exits of any kind of the vCPU by then
 * @spin_since:		when the vCPU was first seen in that loop
 * @skipped:		times the vCPU was a candidate and not chosen
 * @boost_reason:	why the vCPU was chosen last
 * @boosted_at:		when that was
 * @granted_reason:	why the vCPU was yielded to, plus one; 0 once the outcome
 *			is known
 * @granted_cpu:	the CPU in whose queue the vCPU waited then
 * @granted_loads:	how many vCPUs had got that CPU by then
 * @granted_at:		first yield to the vCPU since it last ran, or 0
 * @yield_target:	target of the vCPU's own yield, until the outcome is known
 * @yield_target_runs:	@runs of that target at the time of the yield
 * @displaced:		index, plus one, of the vCPU that gave its CPU in a swap and
 *			is to wait elsewhere, or 0; that vCPU may be destroyed first
 * @position:		where @displaced is to wait
 * @told:		what the vCPU's record says that the VM can have
 *
 * Times are those of local_clock(), in nanoseconds. Other vCPUs read all of it,
 * and a vCPU that yields to this one writes some, without a lock: the worst that
 * can come of a race is a candidate chosen too early or too late, or an outcome
 * that is not counted or taken for another.
 */
struct pvsched_vcpu {
	u64 runs;
	bool hinted;
	bool irqs_off;
	bool spinning;
	bool at_rest;
	bool in_record;
	bool preempted;
	unsigned long spin_rip;
	u64 spin_exits;
	u64 spin_since;
	u8 skipped;
	u8 boost_reason;
	u64 boosted_at;
	unsigned int granted_reason;
	int granted_cpu;
	u64 granted_loads;
	u64 granted_at;
	struct kvm_vcpu *yield_target;
	u64 yield_target_runs;
	int displaced;
	struct pvsched_position position;
	u32 told;
};

/**
 * struct pvsched_kvm - What is known of one VM
 * @preempted:	how many of its vCPUs lost their CPU and wait for one
 * @looked:	when a vCPU looked last what the VM can have, by the TSC
 * @period:	for how long that is good, likewise
 * @number:	what it can have in 1/1024 CPU, 0 if that is not known; every entry reads
 *		these three, and few write them
 * @look_at:	when it is due again, by local_clock(), which is in step on all CPUs
 * @looking:	a vCPU looks
 * @reason:	enum pvsched_capacity_reason, why @number is that
 * @capacity:	what it goes by, owned by the vCPU that looks
 */
struct pvsched_kvm {
	atomic_t preempted;
	u64 looked ____cacheline_aligned_in_smp;
	u64 period;
	u32 number;
	u64 look_at;
	unsigned long looking;
	int reason;
	struct pvsched_capacity capacity;
};
#else
struct pvsched_vcpu { };
struct pvsched_kvm { };
#endif

#endif /* _ASM_X86_KVM_PVSCHED_VCPU_H */
