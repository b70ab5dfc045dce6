// SPDX-License-Identifier: GPL-2.0
/*
 * What a CPU knows of the VMs that run on it: which of them preempt which.
 *
 * A yield that takes the CPU from another VM before the end of its slice costs
 * that VM no share, but some of its work: it is switched out once more. So these
 * preemptions are taken from one budget, which all VMs on the CPU share. A VM that
 * is preempted is owed one, though: it may preempt another VM in return, and that
 * is not taken from the budget. VMs that wait for each other's vCPUs so help each
 * other, and neither loses in the end.
 *
 * What is owed comes from the budget, and moves from the VM that preempts to the
 * one that is preempted. So a VM that preempts no other is not preempted more often
 * than the budget allows, no matter what the others do, also among themselves.
 */
#include <linux/cache.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/pvsched_sched.h>
#include <linux/time64.h>

#include "vms.h"

/*
 * How often a yield may take a CPU from another VM before the end of its slice.
 * Once in pvsched_preempt_us on average, so that a VM that yields all the time costs
 * its neighbour at most 2% of its work, also on a slow CPU. And PVSCHED_PREEMPT_BURST
 * times in a row, because the need does not come evenly.
 */
#define PVSCHED_PREEMPT_BURST	8u

unsigned int pvsched_preempt_us __read_mostly = 80000;
EXPORT_SYMBOL_GPL(pvsched_preempt_us);

/* The entry of @id, or else the one that has not been used for the longest time. */
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

/*
 * Take one preemption from the budget. It holds PVSCHED_PREEMPT_BURST of them and gains
 * one each @each nanoseconds; there is no limit if that is 0.
 */
static bool pvsched_spend(struct pvsched_vms *vms, u64 each, u64 now)
{
	u64 limit = now + each * PVSCHED_PREEMPT_BURST;

	/* The tunable may have been lowered since. */
	vms->spent = clamp(vms->spent, now, limit);
	if (vms->spent + each > limit)
		return false;

	vms->spent += each;
	return true;
}

/* Take one preemption from those that a VM is owed. */
static bool pvsched_collect(struct pvsched_vms *vms, const void *id, u64 now)
{
	struct pvsched_vm *vm = pvsched_find_vm(vms, id, now);

	vm->owed = min(vm->owed, PVSCHED_PREEMPT_BURST);
	if (!vm->owed)
		return false;

	vm->owed--;
	return true;
}

/**
 * pvsched_vm_may_preempt() - May a VM take the CPU from another one?
 * @vms:	the VMs on the CPU
 * @id:		identifies the VM that would get the CPU
 * @victim:	identifies the VM that has it
 * @now:	the run queue's clock
 *
 * Context: The run queue is locked.
 * Return: true if so, and then it is accounted.
 */
bool pvsched_vm_may_preempt(struct pvsched_vms *vms, const void *id, const void *victim, u64 now)
{
	u64 each = (u64)READ_ONCE(pvsched_preempt_us) * NSEC_PER_USEC;

	if (!pvsched_collect(vms, id, now) && !pvsched_spend(vms, each, now))
		return false;

	pvsched_find_vm(vms, victim, now)->owed++;
	return true;
}
