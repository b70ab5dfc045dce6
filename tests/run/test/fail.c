// SPDX-License-Identifier: GPL-2.0
/*
 * The reason for a failure, as a remark in the test's output.
 */
#include <stdarg.h>
#include <stdio.h>

#include "../out.h"
#include "fail.h"

int fail(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out__note("FAIL: %s", text);
	return EXIT_FAIL;
}
