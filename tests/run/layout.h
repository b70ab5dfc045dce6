/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layout: the cgroups of the VMs.
 */
#ifndef PVRUN_LAYOUT_H
#define PVRUN_LAYOUT_H

#include "vm.h"

void layout__list(void);

/* Nonzero if no layout has the name that the command line gives. */
int layout__check(void);

/* Move VMs that run into their groups; remove the groups of VMs that ended. */
int layout__apply(const struct vm_set *set);
void layout__remove(const struct vm_set *set);

#endif
