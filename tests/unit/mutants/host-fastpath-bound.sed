# SPDX-License-Identifier: GPL-2.0
# Send one interrupt more than an exit may.
s/^#define PVSCHED_FAST_TARGETS.*/#define PVSCHED_FAST_TARGETS 17/
