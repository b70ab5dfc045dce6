/* SPDX-License-Identifier: GPL-2.0 */
/* User-space stand-in: so many CPUs are enough. */
#ifndef _UNIT_LINUX_CPUMASK_TYPES_H
#define _UNIT_LINUX_CPUMASK_TYPES_H

typedef struct unit_cpumask {
	unsigned long bits;
} cpumask_t;

#endif /* _UNIT_LINUX_CPUMASK_TYPES_H */
