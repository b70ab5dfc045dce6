/* SPDX-License-Identifier: GPL-2.0 */
/*
 * switch: switch parts on and off.
 */
#ifndef PVSCHED_SWITCH_H
#define PVSCHED_SWITCH_H

#include <stdbool.h>

/* @names ends with NULL; none are all. */
int switch__main(bool on, char **names);

#endif
