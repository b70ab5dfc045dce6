/* SPDX-License-Identifier: GPL-2.0 */
/*
 * proc: a program in the host, and what it prints.
 */
#ifndef PVRUN_PROC_H
#define PVRUN_PROC_H

#define PROC_LATE	-1

/* The exit status of @command, 128 and more for a signal, or PROC_LATE. */
int proc__run(const char *command, double seconds,
	      void (*line)(void *arg, const char *line), void *arg);

#endif
