// SPDX-License-Identifier: GPL-2.0
/*
 * The two states that most tests compare.
 */
#include "states.h"

struct profile states[2];

int states__init(void)
{
	return profiles__parse("off,on", states) == 2 ? 0 : -1;
}
