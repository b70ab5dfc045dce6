// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel logs: a warning in host or guest fails whatever ran when it came up.
 *
 * Guests log to the file of their console; the host's log is /dev/kmsg. Each
 * is read on from where the last look ended. console.c knows what a warning is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../shared/klog.h"
#include "clock.h"
#include "console.h"
#include "log.h"
#include "options.h"
#include "out.h"

#define POLL_US		100000
/* For a complaint to come */
#define PROVOKED_SECONDS	30

static int kmsg = -1;

/* On a user's own machine the log before this run is not ours to judge. */
int log__open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0)
		return out__error("cannot read /dev/kmsg: %m; become root");
	lseek(kmsg, 0, strcmp(opt.lab, "metal") ? SEEK_SET : SEEK_END);
	return 0;
}

/* A record is "PRIORITY,NUMBER,TIME,FLAGS;MESSAGE". */
/* The next message, or NULL when there is none now. */
static char *kmsg__next(void)
{
	static char record[8192];
	char *message;
	ssize_t len;

	while ((len = read(kmsg, record, sizeof(record) - 1)) > 0 ||
	       (len < 0 && errno == EPIPE)) {
		if (len < 0)
			continue;
		record[len] = '\0';
		message = strchr(record, ';');
		if (message)
			return message + 1;
	}
	return NULL;
}

static int log__check_host(void)
{
	int found = 0;
	char *message;

	while ((message = kmsg__next()))
		found += console__complain("HOST", message);
	return found;
}

/* A set of those of @texts that a complaint which is there now holds */
static unsigned int kmsg__search(const char *const *texts, int count)
{
	unsigned int found = 0;
	char *message;
	int i;

	while ((message = kmsg__next()))
		for (i = 0; i < count && klog__is_warning(message); i++)
			if (strstr(message, texts[i]))
				found |= 1U << i;
	return found;
}

const char *log__provoked(const char *const *texts, int count)
{
	double end = clock__deadline(PROVOKED_SECONDS);
	unsigned int found = 0;
	int i;

	do {
		usleep(POLL_US);
		found |= kmsg__search(texts, count);
	} while (found != (1U << count) - 1 && now() < end);
	for (i = 0; i < count; i++)
		if (!(found & 1U << i))
			return texts[i];
	return NULL;
}

static int log__check_guest(struct vm *vm)
{
	char name[16];

	snprintf(name, sizeof(name), "vm%d", vm->id);
	return console__check(vm->console, name, &vm->log_pos);
}

int log__check(struct vm_set *set)
{
	int found = log__check_host();
	int i;

	for (i = 0; set && i < set->count; i++)
		found += log__check_guest(&set->vm[i]);
	return found;
}
