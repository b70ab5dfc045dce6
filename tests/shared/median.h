/* SPDX-License-Identifier: GPL-2.0 */
/* median: sort figures, and take the one in the middle. */
#ifndef SHARED_MEDIAN_H
#define SHARED_MEDIAN_H

#include <stddef.h>
#include <stdlib.h>

static inline int double__compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts @values. 0 without any. */
static inline double median_of(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), double__compare);
	return count ? (values[(count - 1) / 2] + values[count / 2]) / 2 : 0;
}

#endif /* SHARED_MEDIAN_H */
