// SPDX-License-Identifier: GPL-2.0
/*
 * Consoles of VMs: complaints of the kernel, with the lines that follow them, and
 * the end of the console of a VM that is lost.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../shared/klog.h"
#include "console.h"
#include "out.h"

#define TAIL_BYTES	2048
#define TAIL_LINES	8

/* Lines after a warning that are shown with it: they hold the stack. */
#define CONTEXT_LINES	30

int console__complain(const char *name, const char *line)
{
	if (!klog__is_warning(line))
		return 0;
	out__line("log %s %.*s", name, (int)strcspn(line, "\r\n"), line);
	return 1;
}

int console__check(const char *path, const char *name, long *pos)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	int found = 0, context = 0;
	size_t size = 0;

	if (!f) {
		out__error("%s left no console in %s", name, path);
		return 1;
	}
	fseek(f, *pos, SEEK_SET);
	while (getline(&line, &size, f) > 0) {
		if (console__complain(name, line)) {
			context = found++ ? context : CONTEXT_LINES;
		} else if (context) {
			out__note("  %.*s", (int)strcspn(line, "\r\n"), line);
			context--;
		}
	}
	*pos = ftell(f);
	free(line);
	fclose(f);
	return found;
}

bool console__complained(const char *path, const char *text, long *pos)
{
	FILE *f = fopen(path, "r");
	bool found = false;
	char *line = NULL;
	size_t size = 0;

	if (!f)
		return false;
	fseek(f, *pos, SEEK_SET);
	while (getline(&line, &size, f) > 0)
		found |= klog__is_warning(line) && (!text || strstr(line, text));
	*pos = ftell(f);
	free(line);
	fclose(f);
	return found;
}

void console__tail(const char *path)
{
	FILE *f = fopen(path, "r");
	char text[TAIL_BYTES + 1];
	int lines = 0;
	char *p;

	if (!f)
		return;
	if (fseek(f, -TAIL_BYTES, SEEK_END))
		rewind(f);
	text[fread(text, 1, TAIL_BYTES, f)] = '\0';
	fclose(f);
	for (p = text + strlen(text); p > text; p--)
		if (p[-1] == '\n' && *p && ++lines == TAIL_LINES)
			break;
	out__text("#   ", p);
}
