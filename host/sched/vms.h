/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a CPU knows of the VMs that run on it.
 */
#ifndef _PVSCHED_VMS_H
#define _PVSCHED_VMS_H

#include <linux/types.h>

/* VMs that a CPU knows at a time. */
#define PVSCHED_VMS	8

/**
 * struct pvsched_vm - A VM on a CPU
 * @id:		identifies the VM; compared, never followed
 * @used:	when the entry was looked up last, by the run queue's clock
 * @owed:	how often the VM was preempted by others, less how often it
 *		preempted others in return
 */
struct pvsched_vm {
	const void *id;
	u64 used;
	unsigned int owed;
};

/**
 * struct pvsched_vms - The VMs on a CPU, protected by its run queue's lock
 * @vm:		the VMs
 * @spent:	until when the budget of preemptions is spent
 */
struct pvsched_vms {
	struct pvsched_vm vm[PVSCHED_VMS];
	u64 spent;
};

bool pvsched_vm_may_preempt(struct pvsched_vms *vms, const void *id, const void *victim, u64 now);

#endif /* _PVSCHED_VMS_H */
