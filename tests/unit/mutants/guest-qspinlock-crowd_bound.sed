# SPDX-License-Identifier: GPL-2.0
# Look at all CPUs.
/noinline void pvsched_look_around/,/^}/s/if (looks++ == PVSCHED_LOOK_CPUS)/if (!++looks)/
