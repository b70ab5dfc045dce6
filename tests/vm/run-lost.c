// SPDX-License-Identifier: GPL-2.0
/*
 * Where the vCPUs of a lost VM stand: what QEMU's monitor says of them.
 *
 * A VM that hangs says nothing on its console. The instruction pointers, with
 * the kernel's System.map, tell whether its vCPUs wait for each other, for an
 * interrupt that never came, or for nothing at all.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

/* How long the monitor may be silent before it is taken to have finished. */
#define SILENCE_MS	2000

/* All that the monitor says until it falls silent, as a string. */
static void monitor__read(int fd, char *text, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t got = 1;

	while (got > 0 && len < size - 1 && poll(&pfd, 1, SILENCE_MS) > 0) {
		got = read(fd, text + len, size - 1 - len);
		len += got > 0 ? got : 0;
	}
	text[len] = '\0';
}

static void monitor__show(char *text)
{
	static const char *const wanted[] = { "CPU#", "RIP=", "RSP=" };
	char *line;
	size_t i;

	while ((line = strsep(&text, "\r\n"))) {
		for (i = 0; i < ARRAY_SIZE(wanted); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])))
				out__note("  %s", line);
	}
}

/* Note where all vCPUs stand. One that is stuck in KVM leaves no answer. */
void vm__where(const struct vm *vm)
{
	static const char ask[] = "info registers -a\n";
	static char text[262144];
	int fd = socket__connect(vm->monitor);

	if (fd < 0)
		return;
	if (write(fd, ask, strlen(ask)) > 0)
		monitor__read(fd, text, sizeof(text));
	monitor__show(text);
	close(fd);
}
