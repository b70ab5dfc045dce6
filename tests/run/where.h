/* SPDX-License-Identifier: GPL-2.0 */
/*
 * where: where the CPU time of the VMs goes.
 */
#ifndef PVRUN_WHERE_H
#define PVRUN_WHERE_H

#include "vm.h"

/* Trace the vCPUs of the measured VMs from now on. */
int where__watch(const struct vm_set *set);

/* Add what was traced since to what is known of the profile called @profile. */
int where__note(const char *profile);

/* Print what is known of all profiles, and forget it. */
void where__print(const char *scenario);

#endif
