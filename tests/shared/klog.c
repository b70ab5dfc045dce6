// SPDX-License-Identifier: GPL-2.0
/*
 * Recognise the kernel's complaints. The patterns are the fixed parts of
 * messages that no healthy kernel prints, so that nothing has to be excused but
 * data races of the base.
 * A console must show KERN_WARNING for them to be seen: boot with loglevel=5,
 * because "quiet" hides the text of WARN().
 */
#include <stddef.h>
#include <string.h>

#include "klog.h"

/* At the start of a message: elsewhere these words are advice. */
static const char * const starts[] = {
	"WARNING:", "BUG:", "Oops:", "kernel BUG at", "INFO: task", NULL,
};

static const char * const complaints[] = {
	/* bugs */
	"Call Trace:", "general protection fault", "unable to handle",
	"Unexpected #", "Kernel panic",
	/* time */
	"soft lockup", "hard LOCKUP", "rcu: INFO:", "detected stall",
	"blocked for more than",
	/* locks */
	"possible circular locking", "possible recursive locking",
	"possible irq lock inversion", "inconsistent lock state",
	"Invalid wait context", "suspicious RCU usage",
	"scheduling while atomic", "sleeping function called",
	/* memory and sanitizers */
	"Bad page", "list_add corruption", "list_del corruption",
	"refcount_t:", "UBSAN:", "KASAN:", "KCSAN:",
	/* KVM and its guests */
	"unchecked MSR access",
	NULL,
};

/*
 * The base has data races of its own. The report names the functions that meet: without
 * one of ours it is the base's.
 */
static bool is_race_of_base(const char *message)
{
	return strstr(message, "KCSAN: data-race in") && !strstr(message, "pvsched");
}

/* Skip the time stamp, and the caller where the kernel prints it. */
static const char *line__message(const char *line)
{
	while (*line == '[') {
		line += strcspn(line, "]");
		line += *line == ']';
		line += strspn(line, " ");
	}
	return line;
}

bool klog__is_warning(const char *line)
{
	const char *message = line__message(line);

	if (is_race_of_base(message))
		return false;
	for (size_t i = 0; starts[i]; i++)
		if (!strncmp(message, starts[i], strlen(starts[i])))
			return true;
	for (size_t i = 0; complaints[i]; i++)
		if (strstr(message, complaints[i]))
			return true;
	return false;
}

bool klog__is_panic(const char *line)
{
	return strstr(line, "Kernel panic - not syncing");
}
