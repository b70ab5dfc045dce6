/* SPDX-License-Identifier: GPL-2.0 */
/*
 * groups: cgroups for the vCPUs of tiny VMs.
 */
#ifndef PVRUN_GROUPS_H
#define PVRUN_GROUPS_H

#include <stdbool.h>

#include "../tiny.h"

/* What the vCPUs of a VM are put into */
struct groups {
	bool vm;		/* a group for the VM */
	bool vcpu;		/* and one for each vCPU below it, as libvirt has them */
	int weight;		/* of the VM's, where 1024 is the default */
	int quota_percent;	/* of all CPUs, or 0 for no quota */
};

/* Nonzero where cgroups cannot be had. They end with groups__unmount(). */
int groups__mount(void);
void groups__unmount(void);

/* Put the vCPUs of a VM, which is called vm@number, into its groups. */
int groups__apply(const struct groups *groups, const struct tiny *tiny, int number);

#endif
