# SPDX-License-Identifier: GPL-2.0
# Sample all CPUs.
s/if (s->taken == PVSCHED_SAMPLE_CPUS)/if (0)/
