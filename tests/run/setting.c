// SPDX-License-Identifier: GPL-2.0
/*
 * What a result says of the host on which it was measured: the rate of its clock,
 * its preemption model, and the cgroups of the VMs. Figures of hosts that differ
 * in one of these are not comparable.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "options.h"
#include "setting.h"

#define PREEMPT_FILE	"/sys/kernel/debug/sched/preempt"
#define PREEMPT_LOG	"Dynamic Preempt: "

/* MHz of the first CPU, read once: on hardware the rate changes all the time. */
static int setting__clock(void)
{
	static int clock;
	char text[4096], *at;

	if (!clock && !file__read("/proc/cpuinfo", text, sizeof(text))) {
		at = strstr(text, "cpu MHz");
		at = at ? strchr(at, ':') : NULL;
		clock = at ? strtod(at + 1, NULL) + 0.5 : 0;
	}
	return clock;
}

/* "none (voluntary) full": the word in parentheses, which replaces @text. */
static bool preempt__chosen(char *text)
{
	char *from = strchr(text, '('), *to = from ? strchr(from, ')') : NULL;

	if (!to)
		return false;
	*to = '\0';
	memmove(text, from + 1, strlen(from));
	return true;
}

/* A kernel without that file has said at boot which model it starts with. */
static bool preempt__logged(char *text, size_t size)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool found = false;
	char record[8192];
	ssize_t len;

	while (fd >= 0 && !found && (len = read(fd, record, sizeof(record) - 1)) > 0) {
		char *at;

		record[len] = '\0';
		at = strstr(record, PREEMPT_LOG);
		found = at;
		if (found)
			snprintf(text, size, "%.*s", (int)strcspn(at + strlen(PREEMPT_LOG), "\r\n"),
				 at + strlen(PREEMPT_LOG));
	}
	if (fd >= 0)
		close(fd);
	return found;
}

static const char *setting__preempt(void)
{
	static char model[64];
	struct utsname uts;

	if (*model)
		return model;
	uname(&uts);
	if (strstr(uts.version, "PREEMPT_RT"))
		return "rt";
	if (!file__read(PREEMPT_FILE, model, sizeof(model)) && preempt__chosen(model))
		return model;
	if (preempt__logged(model, sizeof(model)))
		return model;
	strcpy(model, "");
	if (strstr(uts.version, "PREEMPT_DYNAMIC"))
		return "unknown";
	return strstr(uts.version, "PREEMPT") ? "full" : "none or voluntary";
}

const char *setting__json(void)
{
	static char text[160];

	snprintf(text, sizeof(text), "\"clock\":%d,\"preempt\":\"%s\",\"layout\":\"%s\"",
		 setting__clock(), setting__preempt(), opt.layout);
	return text;
}
