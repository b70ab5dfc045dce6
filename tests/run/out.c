// SPDX-License-Identifier: GPL-2.0
/*
 * The result channel: plain lines that a person and pvlab both read. It is
 * never the console, because kernels write there too.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "out.h"

static FILE *channel;

int out__open(const char *path)
{
	channel = path ? fopen(path, "w") : stdout;
	if (!channel) {
		channel = stdout;
		return out__error("cannot write %s: %m; choose another --out", path);
	}
	setvbuf(channel, NULL, _IOLBF, 0);
	return 0;
}

static void out__prefixed(const char *prefix, const char *fmt, va_list ap)
{
	fputs(prefix, channel);
	vfprintf(channel, fmt, ap);
	fputc('\n', channel);
	fflush(channel);
}

void out__line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out__prefixed("", fmt, ap);
	va_end(ap);
}

void out__note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out__prefixed("# ", fmt, ap);
	va_end(ap);
}

static int errors;

int out__errors(void)
{
	return errors;
}

int out__error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out__prefixed("# pvrun: ", fmt, ap);
	va_end(ap);
	errors++;
	return -1;
}

void out__text(const char *prefix, const char *text)
{
	while (*text) {
		int len = strcspn(text, "\n");

		out__line("%s%.*s", prefix, len, text);
		text += len;
		text += *text == '\n';
	}
}

/* A serial port still sending would interrupt the CPUs being measured. */
void out__drain(void)
{
	fflush(channel);
	if (isatty(fileno(channel)))
		tcdrain(fileno(channel));
}
