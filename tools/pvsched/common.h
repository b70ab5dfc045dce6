/* SPDX-License-Identifier: GPL-2.0 */
/*
 * common: what every part of the command knows.
 */
#ifndef PVSCHED_COMMON_H
#define PVSCHED_COMMON_H

#include <stdbool.h>

#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/* The exit status, which the manual page documents */
enum {
	EXIT_ON		= 0,	/* every part is on, or has nothing to do here */
	EXIT_PARTLY	= 1,	/* a part is off, or something did not work */
	EXIT_USAGE	= 2,
	EXIT_NO_KVM	= 4,
};

/* What the user asked for */
struct options {
	bool json;
	int count;		/* of reports of "top"; 0: until interrupted */
	double seconds;		/* from one report to the next */
};

/* One line on standard error; always @status, for a caller that returns it. */
int complain(int status, const char *fmt, ...) __printf(2, 3);

#endif
