/* SPDX-License-Identifier: GPL-2.0 */
/*
 * binary: KVM's binary statistics, from a file that a VMM holds open.
 */
#ifndef PVSCHED_BINARY_H
#define PVSCHED_BINARY_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Call @add for each counter of the statistics in open file @fd of @pid.
 * Return: 0, or a negative errno.
 */
int binary__read(pid_t pid, int fd, void (*add)(void *arg, const char *name, uint64_t value),
		 void *arg);

#endif
