// SPDX-License-Identifier: GPL-2.0
/*
 * The two states that most tests compare. Tests are about vCPUs that outnumber CPUs: where a
 * guest folds, there are none, and those that are about that switch it on.
 */
#include "states.h"

struct profile states[2];

int states__init(void)
{
	return profiles__parse("off,unfolded", states) == 2 ? 0 : -1;
}
