/* SPDX-License-Identifier: GPL-2.0 */
/*
 * log: kernel logs of host and guests, searched for complaints.
 */
#ifndef PVRUN_LOG_H
#define PVRUN_LOG_H

#include "vm.h"

int log__open(void);

/* How many lines of complaint came up since the last call. @set may be NULL. */
int log__check(struct vm_set *set);

/*
 * Wait until the host's kernel has complained of each of @texts. NULL, or the first
 * one that does not come. Its complaints up to then count no more.
 */
const char *log__provoked(const char *const *texts, int count);

#endif
