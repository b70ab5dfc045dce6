// SPDX-License-Identifier: GPL-2.0
/*
 * ebizzy -M: records found in memory that is mapped and unmapped all the time,
 * for itself and for how the yields meanwhile fared.
 */
#include "bench.h"

const struct bench bench_ebizzy = {
	.name = "ebizzy",
	.command = "/bin/ebizzy -M -t %v -S %s",
	.sleepers = true,
	.output = {
		EBIZZY_RECORDS,
		{ "real # s", "real", "s", TOTAL_MAX },
		{ "user # s", "user", "s", TOTAL_SUM },
		{ "sys # s", "sys", "s", TOTAL_SUM },
	}
};

/* Whether yields stick, and how long their targets take to run. */
const struct bench bench_yield = {
	.name = "yield",
	.command = "/bin/ebizzy -M -t %v -S %s",
	.yields = true,
	.sleepers = true,
	.output = {
		EBIZZY_RECORDS,
	}
};
