/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fail: say why a test failed.
 */
#ifndef PVRUN_FAIL_H
#define PVRUN_FAIL_H

#include "../common.h"

/* Always EXIT_FAIL, for a caller that returns it. */
int fail(const char *fmt, ...) __printf(1, 2);

#endif
