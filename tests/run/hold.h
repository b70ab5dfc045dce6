/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hold: VMs that are there before all CPUs are.
 */
#ifndef PVRUN_HOLD_H
#define PVRUN_HOLD_H

int hold__start(void);

#endif
