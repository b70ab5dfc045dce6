# SPDX-License-Identifier: GPL-2.0
# Have the host choose though they are few.
s/if (named <= PVSCHED_MANY)$/if (0)/
