// SPDX-License-Identifier: GPL-2.0
/*
 * What QEMU's monitor is asked: where the vCPUs of a VM stand, to wake it up from
 * sleep, and to send it to another QEMU.
 *
 * A VM that hangs says nothing on its console. The instruction pointers, with
 * the kernel's System.map, tell whether its vCPUs wait for each other, for an
 * interrupt that never came, or for nothing at all.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "file.h"
#include "monitor.h"
#include "out.h"

/* How long the monitor may be silent before it is taken to have finished. */
#define SILENCE_MS	2000
#define PROMPT		"(qemu) "

/* Has it asked for a command, and for the next one after the answer? */
static bool monitor__is_ready(const char *text)
{
	const char *first = strstr(text, PROMPT);

	return first && strstr(first + strlen(PROMPT), PROMPT);
}

/* All that the monitor says until it is ready or falls silent, as a string. */
static void monitor__read(int fd, char *text, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t got = 1;

	text[0] = '\0';
	while (got > 0 && len < size - 1 && !monitor__is_ready(text) &&
	       poll(&pfd, 1, SILENCE_MS) > 0) {
		got = read(fd, text + len, size - 1 - len);
		len += got > 0 ? got : 0;
		text[len] = '\0';
	}
}

/* One that is stuck in KVM leaves no answer: an empty string. */
static void monitor__ask(const char *socket, const char *command, char *text, size_t size)
{
	int fd = socket__connect(socket);

	text[0] = '\0';
	if (fd < 0)
		return;
	if (dprintf(fd, "%s\n", command) > 0)
		monitor__read(fd, text, size);
	close(fd);
}

static void monitor__show(char *text)
{
	static const char *const wanted[] = { "CPU#", "RIP=", "EIP=", "RSP=" };
	char *line;
	size_t i;

	while ((line = strsep(&text, "\r\n"))) {
		for (i = 0; i < ARRAY_SIZE(wanted); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])))
				out__note("  %s", line);
	}
}

void monitor__print_registers(const char *socket)
{
	static char text[262144];

	monitor__ask(socket, "info registers -a", text, sizeof(text));
	monitor__show(text);
}

const char *monitor__says(const char *socket, const char *command)
{
	static char text[4096];

	monitor__ask(socket, command, text, sizeof(text));
	return text;
}

bool monitor__shows_status(const char *socket, const char *status)
{
	return strstr(monitor__says(socket, "info status"), status);
}

bool monitor__is_suspended(const char *socket)
{
	return monitor__shows_status(socket, "(suspended)");
}

void monitor__wake_up(const char *socket)
{
	monitor__says(socket, "system_wakeup");
}

void monitor__migrate(const char *socket, const char *uri)
{
	char command[128];
	const char *text;

	snprintf(command, sizeof(command), "migrate -d \"%s\"", uri);
	text = monitor__says(socket, command);
	if (strstr(text, "Error: "))
		out__error("QEMU does not migrate: %s", strstr(text, "Error: "));
}

/* A monitor that says nothing is busy. */
enum migration monitor__migration(const char *socket)
{
	const char *text = monitor__says(socket, "info migrate");

	if (strstr(text, "Migration status: completed"))
		return MIGRATION_DONE;
	return strstr(text, "Migration status: failed") || strstr(text, "Error: ") ?
	       MIGRATION_FAILED : MIGRATION_RUNS;
}
