# SPDX-License-Identifier: GPL-2.0
# Lock one run queue more than allowed.
s/^#define PVSCHED_MAX_REMOTE.*/#define PVSCHED_MAX_REMOTE 9/
