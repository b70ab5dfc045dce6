# SPDX-License-Identifier: GPL-2.0
# Ask a host that refused again at once.
s/^#define PVSCHED_RETRY.*/#define PVSCHED_RETRY 0/
