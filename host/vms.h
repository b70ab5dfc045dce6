/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a CPU knows of the VMs that run on it; for host/sched.c.
 */
#ifndef _LINUX_PVSCHED_VMS_H
#define _LINUX_PVSCHED_VMS_H

#include <linux/types.h>

/* VMs that a CPU knows at a time. */
#define PVSCHED_VMS	8

/**
 * struct pvsched_vm - A VM on a CPU
 * @id:		which one; compared, never followed
 * @used:	when it was looked up last
 * @last:	which of its vCPUs used up a slice last; compared, never followed
 * @seen:	when that was
 * @shared:	when it was another one than before
 * @owed:	how often others disturbed it, less how often it did so in return
 *
 * Times are those of the run queue's clock, in nanoseconds.
 */
struct pvsched_vm {
	const void *id;
	u64 used;
	const void *last;
	u64 seen;
	u64 shared;
	unsigned int owed;
};

/**
 * struct pvsched_vms - The VMs on a CPU, protected by its run queue's lock
 * @vm:		the VMs
 * @spent:	until when the budget of disturbances is spent
 */
struct pvsched_vms {
	struct pvsched_vm vm[PVSCHED_VMS];
	u64 spent;
};

bool pvsched_vm_shares(struct pvsched_vms *vms, const void *id, const void *vcpu, u64 now);
bool pvsched_vm_may_disturb(struct pvsched_vms *vms, const void *id, const void *whom, u64 now);

#endif /* _LINUX_PVSCHED_VMS_H */
