// SPDX-License-Identifier: GPL-2.0
/*
 * What a CPU knows of the VMs that run on it: whether several vCPUs of one take
 * turns there, and which of them disturb whom.
 *
 * A yield that takes the CPU from another VM before its slice ends costs that VM
 * no share, but what it gets done in it, for it is switched out once more. So
 * such disturbances come out of a budget that all VMs on the CPU have together.
 * A VM that was disturbed is owed something, though, and may disturb somebody
 * itself, at no cost to the budget: VMs that wait for each other's vCPUs help
 * each other by it, and neither has lost anything in the end.
 *
 * What is owed comes from the budget, and passes from who disturbs to who is
 * disturbed. So a VM that disturbs nobody is not disturbed more often than the
 * budget allows, whatever others do, also among themselves.
 *
 * kernel/sched/pvsched.c includes this file.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/pvsched_sched.h>
#include <linux/pvsched_vms.h>
#include <linux/time64.h>

/*
 * How often a yield may take a CPU from another VM before its slice ends: once
 * in so long a time on average, so that a VM that yields all the time does not
 * cost its neighbour more than 2% of what it gets done, also on a slow CPU; and
 * so many times in a row, for those who need it do not come evenly.
 */
unsigned int pvsched_disturb_us __read_mostly = 80000;
EXPORT_SYMBOL_GPL(pvsched_disturb_us);
unsigned int pvsched_disturb_burst __read_mostly = 8;
EXPORT_SYMBOL_GPL(pvsched_disturb_burst);

/* What is more than this is not needed, and could overflow. */
#define PVSCHED_MAX_BURST	1000u

/* How long ago is lately: some eight vCPUs had a slice since. */
#define PVSCHED_LATELY_NS	(100 * NSEC_PER_MSEC)

/* The entry of @id; if there is none, the one that was not used for longest. */
static struct pvsched_vm *pvsched_find_vm(struct pvsched_vms *vms, const void *id, u64 now)
{
	struct pvsched_vm *vm, *best = vms->vm;

	for (vm = vms->vm; vm < vms->vm + PVSCHED_VMS; vm++) {
		if (vm->id == id) {
			best = vm;
			break;
		}
		if (vm->used < best->used)
			best = vm;
	}

	if (best->id != id)
		*best = (struct pvsched_vm) { .id = id };

	best->used = now;
	return best;
}

/**
 * pvsched_vm_shares() - Does a vCPU share its CPU with another one of its VM?
 * @vms:	the VMs on the CPU
 * @id:		its VM
 * @vcpu:	the vCPU, which used up a slice
 * @now:	the run queue's clock
 *
 * Context: the run queue is locked.
 */
bool pvsched_vm_shares(struct pvsched_vms *vms, const void *id, const void *vcpu, u64 now)
{
	struct pvsched_vm *vm = pvsched_find_vm(vms, id, now);

	if (vm->last != vcpu && now - vm->seen < PVSCHED_LATELY_NS)
		vm->shared = now;
	vm->last = vcpu;
	vm->seen = now;

	return vm->shared && now - vm->shared < PVSCHED_LATELY_NS;
}

/*
 * Take one disturbance out of the budget, which holds @burst, and one more each @each;
 * without a limit if that is 0.
 */
static bool pvsched_spend(struct pvsched_vms *vms, u64 each, unsigned int burst, u64 now)
{
	u64 limit = now + each * burst;

	/* The tunables may have been lowered since. */
	vms->spent = clamp(vms->spent, now, limit);
	if (vms->spent + each > limit)
		return false;

	vms->spent += each;
	return true;
}

/* Take one disturbance out of what is owed to a VM. */
static bool pvsched_settle_debt(struct pvsched_vms *vms, const void *id,
				unsigned int burst, u64 now)
{
	struct pvsched_vm *vm = pvsched_find_vm(vms, id, now);

	vm->owed = min(vm->owed, burst);
	if (!vm->owed)
		return false;

	vm->owed--;
	return true;
}

/**
 * pvsched_vm_may_disturb() - May a VM take the CPU from another one?
 * @vms:	the VMs on the CPU
 * @id:		the VM that would have the CPU
 * @whom:	the VM that has it
 * @now:	the run queue's clock
 *
 * Context: the run queue is locked.
 * Return: true if so; that is accounted then.
 */
bool pvsched_vm_may_disturb(struct pvsched_vms *vms, const void *id, const void *whom, u64 now)
{
	u64 each = (u64)READ_ONCE(pvsched_disturb_us) * NSEC_PER_USEC;
	unsigned int burst = min(READ_ONCE(pvsched_disturb_burst), PVSCHED_MAX_BURST);

	if (!pvsched_settle_debt(vms, id, burst, now) && !pvsched_spend(vms, each, burst, now))
		return false;

	pvsched_find_vm(vms, whom, now)->owed++;
	return true;
}
