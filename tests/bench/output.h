/* SPDX-License-Identifier: GPL-2.0 */
/* What is made of results: a table for a terminal, a picture for a report. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stdio.h>

#include "results.h"

void table__print(const struct results *r, FILE *out);

/*
 * Draws the figure @draw, or all if that is NULL. Prints one line and returns -1
 * when something is wrong.
 */
int plot__write(const struct results *r, const char *draw, const char *path);

/* The gnuplot program that plot__write() runs. */
void plot__script(const struct results *r, const char *draw, const char *path, FILE *out);

#endif /* BENCH_OUTPUT_H */
