/* SPDX-License-Identifier: GPL-2.0 */
/*
 * keep: a child that leaves no process behind, however it ends.
 */
#ifndef PVSCHED_KEEP_H
#define PVSCHED_KEEP_H

#include <sys/types.h>

/*
 * Like fork(), but the child runs under a keeper, whose number is returned. When
 * the child has ended the keeper kills all that descends from it, whatever
 * process group or session that is in, and ends as the child did. SIGTERM has
 * the keeper do so at once, and so has the end of the caller.
 */
pid_t keep__fork(void);

/* End a child of keep__fork() and all that it started, and wait for that. */
void keep__end(pid_t keeper, int *status);

#endif
