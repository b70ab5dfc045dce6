// SPDX-License-Identifier: GPL-2.0
/*
 * What QEMU's monitor is asked: where the vCPUs of a VM stand, and to wake it
 * up from sleep.
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

bool monitor__is_suspended(const char *socket)
{
	char text[4096];

	monitor__ask(socket, "info status", text, sizeof(text));
	return strstr(text, "(suspended)");
}

void monitor__wake_up(const char *socket)
{
	char text[4096];

	monitor__ask(socket, "system_wakeup", text, sizeof(text));
}
