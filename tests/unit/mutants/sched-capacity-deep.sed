# SPDX-License-Identifier: GPL-2.0
# Any depth will do.
s/if (levels++ == PVSCHED_LEVELS)/if (levels++ == 1000)/
