// SPDX-License-Identifier: GPL-2.0
/*
 * pvsched_fuzz: the host kernel's log. No guest may write to it: a warning of
 * any part of the kernel is a failure, and so is whatever KVM says but for what
 * the base has always said.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_host.h"
#include "test_util.h"

#define WARNING		4	/* KERN_WARNING */

static int fd = -1;

void fuzz_log__open(void)
{
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	else
		printf("# skipped: the kernel log: /dev/kmsg cannot be read\n");
}

static const char * const excused[] = {
	/* The base, of interrupts to an APIC that is disabled; limited by printk_once(). */
	"kvm: Disabled LAPIC found during irq injection",
	/* A host that is not run for a while, or slow. */
	"clocksource: Long readout interval",
	"hrtimer: interrupt took",
	/* A CPU is taken offline on purpose. */
	"no longer affine to cpu",
};

static const char * const excused_tcg[] = {
	/* Its local APIC accepts what is sent to all while software has it disabled. */
	"APIC: Stale IRR",
	/* Time is real there, and the machine may be busy. */
	"sched: DL replenish lagged too much",
};

static bool has_one_of(const char *text, const char * const *parts, int nr)
{
	int i;

	for (i = 0; i < nr && !strstr(text, parts[i]); i++)
		;

	return i < nr;
}

/* A record is "PRIORITY,NUMBER,TIME,FLAGS;TEXT". */
static bool is_complaint(const char *record)
{
	const char *text = strchr(record, ';');

	if (text && (has_one_of(text, excused, ARRAY_SIZE(excused)) ||
		     (fuzz_host_is_tcg() && has_one_of(text, excused_tcg, ARRAY_SIZE(excused_tcg)))))
		return false;

	return (atoi(record) & 7) <= WARNING || (text && !strncasecmp(text + 1, "kvm", 3));
}

/* Print what was logged since the last call; return how many lines of it are complaints. */
int fuzz_log__check(void)
{
	int complaints = 0;
	char record[2048];
	ssize_t len;

	while (fd >= 0 && (len = read(fd, record, sizeof(record) - 1)) > 0) {
		record[len] = 0;
		record[strcspn(record, "\n")] = 0;
		if (!is_complaint(record))
			continue;
		printf("# kernel log: %s\n", record);
		complaints++;
	}

	return complaints;
}
