// SPDX-License-Identifier: GPL-2.0
/*
 * Directed yields between the vCPUs of a VM, and their slices.
 *
 * kernel/sched/fair.c includes this file, because the entities of the fair
 * class are known only there. This file includes the others in turn, as
 * kernel/sched/build_policy.c does:
 *
 *   turn.c	what an entity stands for, and its turn
 *   slice.c	longer slices for vCPUs that have a CPU to themselves
 *   grant.c	which vCPU of a VM runs when the VM has its turn
 *   migrate.c	targets that wait for another CPU
 *
 * Each calls those before it only. eevdf.h is their arithmetic. vms.c keeps what a CPU
 * knows of the VMs that run on it; it is an object of its own.
 *
 * Everything here runs with the run queues locked, and does a bounded amount
 * of work: a guest chooses how often it yields.
 */
#ifdef CONFIG_KVM_PVSCHED

#include <linux/pvsched_sched.h>

#include "eevdf.h"
#include "vms.h"
#include "base.h"

/* The VMs on each CPU. Protected by the run queue's lock. */
static DEFINE_PER_CPU(struct pvsched_vms, pvsched_vms);

#include "turn.c"
#include "slice.c"
#include "grant.c"
#include "migrate.c"

#endif /* CONFIG_KVM_PVSCHED */
