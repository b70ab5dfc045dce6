// SPDX-License-Identifier: GPL-2.0
/*
 * The reason for a failure, as a remark in the test's output.
 *
 * Figures move by some percent with a changed instruction anywhere, so a test in which
 * nothing but figures failed is run again. All else fails for good: what is wrong, what
 * is missing, and errors.
 */
#include <stdarg.h>
#include <stdio.h>

#include "../out.h"
#include "fail.h"

static int figures, others, errors_before;

static void fail__say(const char *fmt, va_list ap)
{
	char text[512];

	vsnprintf(text, sizeof(text), fmt, ap);
	out__note("FAIL: %s", text);
}

int fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail__say(fmt, ap);
	va_end(ap);
	others++;
	return EXIT_FAIL;
}

int fail_figure(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail__say(fmt, ap);
	va_end(ap);
	figures++;
	return EXIT_FAIL;
}

void fails__begin(void)
{
	figures = 0;
	others = 0;
	errors_before = out__errors();
}

bool fails__are_figures(void)
{
	return figures && !others && out__errors() == errors_before;
}
