/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fail: say why a test failed, and keep in mind by what.
 */
#ifndef PVRUN_FAIL_H
#define PVRUN_FAIL_H

#include <stdbool.h>

#include "../common.h"

/* Always EXIT_FAIL, for a caller that returns it. */
int fail(const char *fmt, ...) __printf(1, 2);

/* Likewise, of a figure that is out of bounds. */
int fail_figure(const char *fmt, ...) __printf(1, 2);

/* From here on: has nothing failed but figures? */
void fails__begin(void);
bool fails__are_figures(void);

#endif
