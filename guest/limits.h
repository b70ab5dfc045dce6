/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the guest's waits spin, and how often they yield. In PAUSE instructions and
 * in yields of one wait.
 *
 * No tunables: of other values none did better in 1vm-2x, 1vm-4x, 2vm-2x and 1vm-1burn by
 * more than windows of one value differ by. Sixteen times the spins before the first look
 * of a call cost ebizzy 4 to 6%.
 */
#ifndef __PVSCHED_LIMITS_H
#define __PVSCHED_LIMITS_H

/* Then the base's wait goes on alone, and reports a CPU that never answers. */
#define PVSCHED_IPI_MAX_YIELDS		8

/* Before the first look of a call to many CPUs, whose send has just yielded. */
#define PVSCHED_IPI_FIRST_SPINS		256

/* A newcomer that tries to steal the lock queues then. */
#define PVSCHED_LOCK_STEAL_SPINS	8192

/* To the lock holder or, for a closed lock, to the queue head. */
#define PVSCHED_LOCK_MAX_YIELDS		4

/* A queue head yields then for a lock holder that it does not know. */
#define PVSCHED_LOCK_UNTARGETED_SPINS	512

#endif /* __PVSCHED_LIMITS_H */
