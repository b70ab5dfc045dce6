/* SPDX-License-Identifier: GPL-2.0 */
/*
 * out: the result channel.
 */
#ifndef PVRUN_OUT_H
#define PVRUN_OUT_H

#include "common.h"

int out__open(const char *path);
void out__line(const char *fmt, ...) __printf(1, 2);
void out__note(const char *fmt, ...) __printf(1, 2);
/* Always -1, for a caller that returns it. */
int out__error(const char *fmt, ...) __printf(1, 2);
/* How many there were */
int out__errors(void);
/* Several lines, each behind @prefix. */
void out__text(const char *prefix, const char *text);
/* Wait until everything has left the machine. */
void out__drain(void);

#endif
