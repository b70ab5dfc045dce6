// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of a vCPU, and the events at which it changes: a waiter names
 * the vCPU, a pause-loop exit shows where it spins, it loses its CPU, it gets
 * one. The choice in boost.c rests on that.
 */
#include <linux/kvm_host.h>
#include <linux/sched/clock.h>
#include <linux/sched/task.h>

#include "base.h"
#include "internal.h"

/* A loop that spins is no longer than this. */
#define PVSCHED_SPIN_BYTES	64

/* Exits between two pause-loop exits of a vCPU that spins all the while. */
#define PVSCHED_SPIN_EXITS	4

/**
 * pvsched_queue_of() - The CPU in whose queue a vCPU waits.
 * @vcpu:	the vCPU
 *
 * Context: any.
 * Return: the CPU, or -1 before the vCPU's first run and while its thread changes.
 */
int pvsched_queue_of(struct kvm_vcpu *vcpu)
{
	struct task_struct *task;
	int cpu = -1;

	rcu_read_lock();
	task = pvsched_find_task(vcpu);
	if (task)
		cpu = task_cpu(task);
	rcu_read_unlock();

	return cpu;
}

/**
 * pvsched_task_of() - A vCPU's task.
 * @vcpu:	the vCPU
 *
 * Context: any.
 * Return: the task with a reference held, or NULL before the vCPU's first run and while
 * its thread changes.
 */
struct task_struct *pvsched_task_of(struct kvm_vcpu *vcpu)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pvsched_find_task(vcpu);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();

	return task;
}

/**
 * pvsched_with_task() - Do something to a vCPU's task, if there is one.
 * @vcpu:	the vCPU
 * @act:	what to do; called with a reference held
 *
 * Context: as @act needs it.
 * Return: what @act returned, false before the vCPU's first run.
 */
bool pvsched_with_task(struct kvm_vcpu *vcpu, bool (*act)(struct task_struct *task))
{
	struct task_struct *task = pvsched_task_of(vcpu);
	bool done;

	if (!task)
		return false;

	done = act(task);
	put_task_struct(task);

	return done;
}

/**
 * pvsched_hint() - Remember that a waiter named a vCPU.
 * @vcpu:	the vCPU
 *
 * Context: any.
 */
void pvsched_hint(struct kvm_vcpu *vcpu)
{
	if (READ_ONCE(vcpu->ready) && !READ_ONCE(vcpu->arch.pvsched.hinted))
		WRITE_ONCE(vcpu->arch.pvsched.hinted, true);
}

static bool pvsched_is_near(unsigned long rip, unsigned long spin_rip)
{
	return rip - spin_rip + PVSCHED_SPIN_BYTES < 2 * PVSCHED_SPIN_BYTES;
}

/**
 * pvsched_note_spin() - Remember where and since when a vCPU spins.
 * @vcpu:	a vCPU that left the guest with a pause-loop exit
 *
 * The vCPU spins on if it is in the same loop, and has had no more exits than an
 * interrupt or two account for.
 *
 * Context: the vCPU's thread.
 */
void pvsched_note_spin(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	unsigned long rip = kvm_rip_read(vcpu);

	if (!pvsched_is_near(rip, state->spin_rip) ||
	    vcpu->stat.exits - state->spin_exits > PVSCHED_SPIN_EXITS)
		WRITE_ONCE(state->spin_since, local_clock());

	state->spin_rip = rip;
	state->spin_exits = vcpu->stat.exits;
}

/*
 * Sched-out may come at any point of an exit, also between a write to a register and
 * the mark that it is dirty, where to read it through KVM's cache loses the write.
 * Read registers only where nothing is half done: between two exits, and where the
 * vCPU's thread says so.
 */
static void pvsched_note_registers(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;
	bool spinning = false, irqs_off = false;

	if (pvsched_is_at_rest(vcpu)) {
		spinning = pvsched_is_near(kvm_rip_read(vcpu), state->spin_rip);
		irqs_off = !kvm_x86_call(get_if_flag)(vcpu);
	}
	WRITE_ONCE(state->spinning, spinning);
	WRITE_ONCE(state->irqs_off, irqs_off);
}

/**
 * pvsched_put_preempted() - A vCPU loses its CPU and is still runnable.
 * @vcpu:	the vCPU, still loaded
 *
 * Context: scheduled out, preemption off.
 */
void pvsched_put_preempted(struct kvm_vcpu *vcpu)
{
	if (!READ_ONCE(pvsched_boost))
		return;

	pvsched_note_registers(vcpu);
	vcpu->arch.pvsched.preempted = true;
	atomic_inc(&vcpu->kvm->arch.pvsched.preempted);
}

/**
 * pvsched_vcpu_load() - A vCPU gets a CPU.
 * @vcpu:	the vCPU
 *
 * Context: the vCPU's thread, preemption off.
 */
void pvsched_vcpu_load(struct kvm_vcpu *vcpu)
{
	struct pvsched_vcpu *state = &vcpu->arch.pvsched;

	WRITE_ONCE(state->runs, state->runs + 1);
	if (READ_ONCE(state->hinted))
		WRITE_ONCE(state->hinted, false);
	WRITE_ONCE(state->skipped, 0);

	if (state->preempted) {
		state->preempted = false;
		atomic_dec(&vcpu->kvm->arch.pvsched.preempted);
	}

	/* An ioctl begins, which may write registers: the last exit says nothing now. */
	if (!vcpu->scheduled_out)
		vcpu->arch.at_instruction_boundary = false;
}
