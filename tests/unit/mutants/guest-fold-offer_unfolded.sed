# SPDX-License-Identifier: GPL-2.0
# Look at CPUID also when all vCPUs are in use.
s/if (capacity && pvsched_capacity_cpus(capacity, all) < all && /if (capacity \&\& /
