/* SPDX-License-Identifier: GPL-2.0 */
/*
 * console: the file that a VM's console goes to.
 */
#ifndef PVRUN_CONSOLE_H
#define PVRUN_CONSOLE_H

#include <stdbool.h>

/*
 * Search from @pos on for complaints of the kernel; print them, and what follows
 * them, as those of @name. Returns how many there are, and moves @pos to the end.
 */
int console__check(const char *path, const char *name, long *pos);

/*
 * Is there a complaint from @pos on that holds @text, or any where that is NULL?
 * Prints nothing, and moves @pos to the end.
 */
bool console__complained(const char *path, const char *text, long *pos);

/* Print the last lines. */
void console__tail(const char *path);

/* Print @line as one of @name's if it is a complaint. Returns 1 if so, or 0. */
int console__complain(const char *name, const char *line);

#endif
