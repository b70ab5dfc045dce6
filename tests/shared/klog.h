/* SPDX-License-Identifier: GPL-2.0 */
/*
 * klog: which lines of a kernel log are complaints. pvlab asks about the
 * host machine, pvrun about the guests.
 */
#ifndef PVSCHED_KLOG_H
#define PVSCHED_KLOG_H

#include <stdbool.h>

/* The kernel complains in this line: a run whose log holds one has failed. */
bool klog__is_warning(const char *line);

/* The kernel says in this line that it stopped: nothing will follow. */
bool klog__is_panic(const char *line);

#endif
