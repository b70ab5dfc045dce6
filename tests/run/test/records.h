/* SPDX-License-Identifier: GPL-2.0 */
/*
 * records: records of steal time that VMs register and take down.
 */
#ifndef PVRUN_RECORDS_H
#define PVRUN_RECORDS_H

/* A second call begins anew. */
int records__watch(void);

/* How many were taken down and how many registered since, and watch no longer. */
int records__count(int *down, int *up);

#endif
