# SPDX-License-Identifier: GPL-2.0
# hangs
# Measure a wait that does not end for ever.
s/ && ns < PVSCHED_IPI_MAX_MEASURED//
