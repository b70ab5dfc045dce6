/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A text with tables between markers, each on a line of its own:
 *
 *	<!-- table: NAME -->
 *	<!-- end -->
 */
#ifndef BENCH_README_H
#define BENCH_README_H

#include "figures.h"

/* A table of a text: what it shows, and what it should show. */
struct section {
	char *name;
	char *shown;
	char *wanted;
	enum figures made;
};

struct readme {
	const char *path;
	char *text;		/* with all tables as they should be */
	int count;
	struct section *section;
};

/* Prints one line and returns -1 when something is wrong with the text. */
int readme__read(struct readme *readme, const char *path);
int readme__write(const struct readme *readme);
/* Print a remark for each link to a file that is not there; return how many. */
int readme__check_links(const struct readme *readme);
void readme__free(struct readme *readme);

#endif /* BENCH_README_H */
