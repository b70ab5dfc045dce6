// SPDX-License-Identifier: GPL-2.0
/*
 * How a directed yield is carried out, after its target was chosen.
 *
 * A target that waits for the caller's CPU gets that CPU. If the target waits
 * elsewhere, there are three ways, in this order: a caller that is alone on its
 * CPU pulls the target to it; a caller that may leave swaps with a target that
 * waits behind another VM; any other target is made next on its own CPU.
 *
 * A swap has two halves. The caller puts the target into its own position, and
 * when the target is loaded there, it moves the caller to the position that the
 * target had. Only then has the caller left its CPU, and a task that runs cannot
 * be moved.
 */
#include <linux/kvm_host.h>
#include <linux/pvsched_sched.h>
#include <linux/sched/task.h>

#include "internal.h"

/*
 * Swap the caller with a target that another VM keeps waiting elsewhere. Keep
 * preemption off until the target knows which vCPU to move in return: it must not
 * run here before. Should the balancer take the target to another CPU meanwhile, the
 * caller stays, or is moved at the target's next load while the position is recent.
 */
static bool pvsched_swap_with(struct kvm_vcpu *me, struct kvm_vcpu *target,
			      struct task_struct *task, enum pvsched_reason reason)
{
	struct pvsched_vcpu *state = &target->arch.pvsched;
	bool swapped, tracked = false;

	preempt_disable();
	swapped = pvsched_swap_in(task, &state->position);
	if (swapped) {
		WRITE_ONCE(state->displaced, me->vcpu_idx + 1);
		tracked = pvsched_yield_begins(me, target, reason);
	}
	preempt_enable();
	if (!swapped)
		return false;

	/* A preemptible kernel has done so by now. */
	if (need_resched())
		schedule();

	me->stat.pvsched_swapped++;
	if (tracked)
		pvsched_yield_ends(me, target, true, true);

	return true;
}

/**
 * pvsched_move_displaced() - Finish a swap: move the caller that gave its CPU.
 * @vcpu:	the target of the swap, which got that CPU
 *
 * Context: the vCPU's thread, preemption off.
 */
void pvsched_move_displaced(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	struct kvm_vcpu *displaced = kvm_get_vcpu(vcpu->kvm, READ_ONCE(state->displaced) - 1);
	struct task_struct *task = displaced ? pvsched_task_of(displaced) : NULL;

	WRITE_ONCE(state->displaced, 0);
	if (!task)
		return;

	pvsched_swap_out(task, &state->position);
	put_task_struct(task);
}

static int pvsched_yield_tracked(struct kvm_vcpu *me, struct kvm_vcpu *target,
				 struct task_struct *task, enum pvsched_reason reason,
				 bool boost)
{
	bool tracked = pvsched_yield_begins(me, target, reason), leaves_cpu = true;
	int ret;

	if (boost) {
		leaves_cpu = task_cpu(task) == raw_smp_processor_id();
		ret = pvsched_yield_to(task);
	} else {
		ret = yield_to(task, 1);
	}
	if (tracked)
		pvsched_yield_ends(me, target, ret > 0, leaves_cpu);

	return ret;
}

static int pvsched_pull_swap_or_yield(struct kvm_vcpu *me, struct kvm_vcpu *target,
				      struct task_struct *task, enum pvsched_reason reason,
				      bool keep_cpu)
{
	bool boost = READ_ONCE(pvsched_boost);

	if (boost && !pvsched_nr_waiting_here())
		pvsched_pull_task(task);
	else if (boost && me && !keep_cpu && READ_ONCE(pvsched_swap) &&
		 pvsched_swap_with(me, target, task, reason))
		return 1;

	return pvsched_yield_tracked(me, target, task, reason, boost);
}

/* The caller likely loses its CPU in here, and has nothing half done. */
static int pvsched_yield_task(struct kvm_vcpu *me, struct kvm_vcpu *target,
			      struct task_struct *task, enum pvsched_reason reason,
			      bool keep_cpu)
{
	int ret;

	if (me)
		pvsched_rest_begin(me);
	ret = pvsched_pull_swap_or_yield(me, target, task, reason, keep_cpu);
	if (me)
		pvsched_rest_end(me);

	return ret;
}

/* See virt/kvm/kvm_main.c: a yield whose target the base chose. */
int kvm_arch_yield_to(struct kvm_vcpu *target, struct task_struct *task)
{
	return pvsched_yield_task(kvm_get_running_vcpu(), target, task, PVSCHED_BASE, false);
}

/**
 * pvsched_direct() - Yield to a vCPU for a reason.
 * @me:		the calling vCPU
 * @target:	a vCPU of the same VM
 * @reason:	why, for the counters
 * @keep_cpu:	do not swap with @target: the caller's CPU is for another one
 *
 * Context: the vCPU's thread, IRQs on; may schedule.
 * Return: true if @target was given a CPU.
 */
bool pvsched_direct(struct kvm_vcpu *me, struct kvm_vcpu *target, enum pvsched_reason reason,
		    bool keep_cpu)
{
	struct task_struct *task = pvsched_task_of(target);
	bool granted;

	if (!task)
		return false;

	granted = pvsched_yield_task(me, target, task, reason, keep_cpu) > 0;
	put_task_struct(task);

	return granted;
}

/**
 * pvsched_serves_alone() - Yield also for a caller that is alone on its CPU?
 *
 * Context: any.
 */
bool pvsched_serves_alone(void)
{
	return READ_ONCE(pvsched_boost);
}
