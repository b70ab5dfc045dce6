/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sleepers: tasks of the host that sleep and wake up beside the VMs.
 */
#ifndef PVRUN_SLEEPERS_H
#define PVRUN_SLEEPERS_H

#include "values.h"

/* Start one on each CPU that the VMs may use. */
int sleepers__start(void);

/* End them and add what they got, unless @vs is NULL. */
int sleepers__stop(struct values *vs);

#endif
