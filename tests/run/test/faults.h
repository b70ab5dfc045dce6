/* SPDX-License-Identifier: GPL-2.0 */
/*
 * faults: have the host drop yields.
 */
#ifndef PVRUN_FAULTS_H
#define PVRUN_FAULTS_H

#include <stdbool.h>

bool faults__exist(void);

/* Drop so many yields of a hundred. */
int faults__set(const char *percent);

#endif
