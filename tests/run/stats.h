/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats: counters of KVM, of the scheduler and of the guest.
 */
#ifndef PVRUN_STATS_H
#define PVRUN_STATS_H

#include "values.h"
#include "vm.h"

int stats__read(struct vm *vm, struct values *vs);

/* One counter of KVM's, of the VM of process @pid. */
int stats__counter(pid_t pid, const char *name, double *value);

/* Nanoseconds that the vCPUs of @vm ran, and waited for a CPU. */
int stats__time(const struct vm *vm, double *ran, double *waited);

#endif
