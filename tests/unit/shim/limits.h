/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limits of the guest's waits, as variables: a test sets those that it is about.
 * Included before all else, so that the sources find these in place of the constants.
 */
#ifndef _UNIT_LIMITS_H
#define _UNIT_LIMITS_H

#include "../../../guest/limits.h"

/* Each source defines them, and the linker keeps one. */
#define UNIT_LIMIT	__attribute__((weak)) unsigned int

UNIT_LIMIT unit_ipi_max_yields = PVSCHED_IPI_MAX_YIELDS;
UNIT_LIMIT unit_ipi_first_spins = PVSCHED_IPI_FIRST_SPINS;
UNIT_LIMIT unit_lock_max_yields = PVSCHED_LOCK_MAX_YIELDS;
UNIT_LIMIT unit_lock_untargeted_spins = PVSCHED_LOCK_UNTARGETED_SPINS;

#undef PVSCHED_IPI_MAX_YIELDS
#undef PVSCHED_IPI_FIRST_SPINS
#undef PVSCHED_LOCK_MAX_YIELDS
#undef PVSCHED_LOCK_UNTARGETED_SPINS
#define PVSCHED_IPI_MAX_YIELDS		unit_ipi_max_yields
#define PVSCHED_IPI_FIRST_SPINS		unit_ipi_first_spins
#define PVSCHED_LOCK_MAX_YIELDS		unit_lock_max_yields
#define PVSCHED_LOCK_UNTARGETED_SPINS	unit_lock_untargeted_spins

#endif /* _UNIT_LIMITS_H */
