// SPDX-License-Identifier: GPL-2.0
/*
 * What host.h declares and no test of the host part decides for itself.
 */
#include "host.h"
#include <linux/pvsched_sched.h>

unsigned int unit_lookups;
int unit_rcu_depth;
bool unit_sched_info = true;

/* The scheduler's parameters, which host/params.c has as KVM's */
bool pvsched_slice;
unsigned int pvsched_slice_us, pvsched_preempt_us;
