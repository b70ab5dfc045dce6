# SPDX-License-Identifier: GPL-2.0
# Let the time between two looks grow without end.
s/^#define PVSCHED_IPI_MAX_SPINS.*/#define PVSCHED_IPI_MAX_SPINS 65536/
