/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of the README files, made from stored results. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdio.h>

enum figures {
	FIGURES_MADE,
	FIGURES_NONE,		/* no result is stored */
	FIGURES_REFUSED,	/* one line on stderr says why */
};

/* Print the table called @name, or one line that says what to do. */
enum figures figures__print(const char *name, FILE *out);

/* Where results are, without a '/' at the end. */
void figures__from(const char *dir);

/* Every name that figures__print() knows; ends with NULL. */
const char *const *figures__names(void);

/* FIGURES_MADE if the plot beside the results of a table is of their commit. */
enum figures figures__check_plot(const char *name);

#endif /* BENCH_FIGURES_H */
