/* SPDX-License-Identifier: GPL-2.0 */
/*
 * load: what keeps a guest busy while something is done to it.
 */
#ifndef PVRUN_LOAD_H
#define PVRUN_LOAD_H

#include "../window.h"

extern const struct bench load;

int load__start(struct vm *vm);

/* The load has lived until now, and yields work after all that was done. */
int load__check(struct vm_set *set);

#endif
