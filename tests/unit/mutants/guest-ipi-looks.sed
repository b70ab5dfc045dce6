# SPDX-License-Identifier: GPL-2.0
# Look without end.
s/looks < PVSCHED_IPI_MAX_LOOKS/1/
