/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The spinlock's parameters, tunables and limits, as a test of it sets them. For one
 * source of a program.
 */
#ifndef _UNIT_TUNABLE_H
#define _UNIT_TUNABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit-lock.h"

int kstrtobool(const char *s, bool *res)
{
	*res = *s == 'Y';
	return *s == 'Y' || *s == 'N' ? 0 : -EINVAL;
}

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return 0;
}

static struct {
	const char *name;
	u32 *value;
} tunable[16] = {
	{ "lock_max_yields", &unit_lock_max_yields },
	{ "lock_untargeted_spins", &unit_lock_untargeted_spins },
};

void unit_tunable(const char *name, u32 *value)
{
	int i = 0;

	while (tunable[i].name)
		i++;
	tunable[i].name = name;
	tunable[i].value = value;
}

static void tune(const char *name, u32 value)
{
	int i;

	for (i = 0; tunable[i].name; i++) {
		if (!strcmp(tunable[i].name, name)) {
			WRITE_ONCE(*tunable[i].value, value);
			return;
		}
	}
	printf("Bail out! no tunable %s\n", name);
	exit(1);
}

#endif /* _UNIT_TUNABLE_H */
