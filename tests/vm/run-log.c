// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel logs: a warning in host or guest fails whatever ran when it came up.
 *
 * Guests log to the file of their console; the host's log is /dev/kmsg. Each
 * is read on from where the last look ended. klog.c knows what a warning is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "klog.h"
#include "run.h"

#define TAIL_BYTES	2048
#define TAIL_LINES	8

/* Lines after a warning that are shown with it: they hold the stack. */
#define CONTEXT_LINES	30

static int kmsg = -1;

/* On a user's own machine the log before this run is none of our business. */
int log__open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0)
		return out__error("cannot read /dev/kmsg: %m; become root");
	lseek(kmsg, 0, strcmp(opt.lab, "metal") ? SEEK_SET : SEEK_END);
	return 0;
}

static int log__line(const char *who, const char *line)
{
	if (!klog__is_warning(line))
		return 0;
	out__line("log %s %.*s", who, (int)strcspn(line, "\r\n"), line);
	return 1;
}

/* A record is "PRIORITY,NUMBER,TIME,FLAGS;MESSAGE". */
static int log__check_host(void)
{
	char record[8192];
	int found = 0;
	ssize_t len;

	while ((len = read(kmsg, record, sizeof(record) - 1)) > 0 ||
	       (len < 0 && errno == EPIPE)) {
		char *message;

		if (len < 0)
			continue;
		record[len] = '\0';
		message = strchr(record, ';');
		if (message)
			found += log__line("HOST", message + 1);
	}
	return found;
}

static int log__check_guest(struct vm *vm)
{
	FILE *f = fopen(vm->console, "r");
	char *line = NULL, who[16];
	int found = 0, context = 0;
	size_t size = 0;

	if (!f) {
		out__error("vm%d left no console in %s", vm->id, vm->console);
		return 1;
	}
	snprintf(who, sizeof(who), "vm%d", vm->id);
	fseek(f, vm->log_pos, SEEK_SET);
	while (getline(&line, &size, f) > 0) {
		if (log__line(who, line)) {
			context = found++ ? context : CONTEXT_LINES;
		} else if (context) {
			out__note("  %.*s", (int)strcspn(line, "\r\n"), line);
			context--;
		}
	}
	vm->log_pos = ftell(f);
	free(line);
	fclose(f);
	return found;
}

/* How many lines of complaint came up since the last call. */
int log__check(struct vm_set *set)
{
	int found = log__check_host();
	int i;

	for (i = 0; set && i < set->count; i++)
		found += log__check_guest(&set->vm[i]);
	return found;
}

/* The last lines of a console, for the report of a lost VM. */
void log__tail(const struct vm *vm)
{
	FILE *f = fopen(vm->console, "r");
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
