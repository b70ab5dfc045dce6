/* SPDX-License-Identifier: GPL-2.0 */
/*
 * states: everything off, and everything on.
 */
#ifndef PVRUN_STATES_H
#define PVRUN_STATES_H

#include "../profile.h"

enum { OFF, ON };
extern struct profile states[2];

int states__init(void);

#endif
