/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock: seconds, and when a step must have ended.
 */
#ifndef PVRUN_CLOCK_H
#define PVRUN_CLOCK_H

double now(void);

/* No step may last longer than @seconds from here, whatever its own limit. */
void clock__limit(double seconds);

/* When a step that may take @seconds must have ended. */
double clock__deadline(double seconds);

#endif
