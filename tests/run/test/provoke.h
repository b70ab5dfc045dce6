/* SPDX-License-Identifier: GPL-2.0 */
/*
 * provoke: complaints of a kernel, made on purpose.
 */
#ifndef PVRUN_PROVOKE_H
#define PVRUN_PROVOKE_H

#include <stdbool.h>

/* Of what one command provokes, those that are looked for; NULL ends them. */
#define MAX_TEXTS	4

struct complaint {
	const char *texts[MAX_TEXTS];	/* patterns of tests/shared/klog.c */
	const char *command;		/* for a shell */
	bool fatal;			/* the kernel stops */
	bool kcsan;			/* of a kernel with KCSAN; others are of one with KASAN */
};

/* Ends with one without command. */
extern const struct complaint complaints[];

/* For a shell: has this kernel KCSAN? */
extern const char provoke_has_kcsan[];

/* For a shell, too: what makes the kernel go on after an oops */
extern const char provoke_setup[];

/* In a log, but no complaint */
extern const char provoke_nothing[];

/* Name the patterns that no command here provokes, and why. */
void provoke__tell_left_out(void);

#endif
